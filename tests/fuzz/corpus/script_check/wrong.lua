function on_tik(i) grid.bach:bid_energy{} x = 1 end
return --[==[