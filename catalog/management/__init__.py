"""The operator's door: commands, and the steps of a first start."""
