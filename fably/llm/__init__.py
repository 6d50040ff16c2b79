"""Language models: who makes up the story. One file each; `providers/factory.py` names them."""
