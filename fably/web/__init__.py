"""The parent's page, as far as it is not Gradio: who may look at it, when it is there, and what it knows of the box."""
