"""Recognisers: who understands the wish. One file each; `providers/factory.py` names them."""
