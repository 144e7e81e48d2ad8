"""The operators' door: commands, and the steps of a first start."""
