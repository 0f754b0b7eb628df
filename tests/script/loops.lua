-- A module that requires itself: an error, see language.lua.
return require "loops"
