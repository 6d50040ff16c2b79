"""The story on its way from wish to ear: prompt, passages, speech, library, and the pipeline that joins them."""
