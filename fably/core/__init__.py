"""The words everybody shares: what is passed from room to room, and what can go wrong."""
