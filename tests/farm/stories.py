"""What the farm's language model tells."""

STORY = (
    "Once upon a time, a small dragon lived on a hill. She wanted to fly, but her wings were short.\n\n"
    "She tried from a stone. She tried from a tree. She tried from the roof of the mill, and fell into the hay.\n\n"
    '"Try the wind," said the owl. So she did. And when the moon came up, she slept.'
)
MASAL = (
    "Bir varmış, bir yokmuş, küçük bir ejderha bir tepede yaşarmış. Uçmak istermiş, ama kanatları kısaymış.\n\n"
    "Bir taştan denemiş, bir ağaçtan denemiş, değirmenin çatısından atlayıp samanlara düşmüş.\n\n"
    "“Rüzgârı dene,” demiş baykuş 🦉. Öyle de yapmış. Ay çıkınca da mışıl mışıl uyumuş."
)
"""A story whose letters take one to four bytes."""
