"""Pictures made of arithmetic: colours, a canvas, scenes and lettering for cover art."""
