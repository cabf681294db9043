"""Sources that are asked: how to connect them, how each is doing, what they tell by themselves."""
