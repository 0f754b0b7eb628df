local function grow(text)
  return grow(text .. text)
end
return grow("x")
