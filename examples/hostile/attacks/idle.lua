-- idle.lua — does nothing: what each attacker is measured against

return { on_start = function() end }
