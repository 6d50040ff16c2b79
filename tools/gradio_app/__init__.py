"""The interface of the parent's page: what Gradio shows. What is not Gradio is in `fably/web`."""
