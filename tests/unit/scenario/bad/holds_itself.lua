local t = { name = "x" }
t.t = t
return t
