"""What English abbreviates, and what it is said as."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

UNITS = {
    "km": ("kilometre", "kilometres"), "m": ("metre", "metres"), "cm": ("centimetre", "centimetres"), "mm": ("millimetre", "millimetres"),
    "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "mg": ("milligram", "milligrams"), "t": ("tonne", "tonnes"),
    "l": ("litre", "litres"), "L": ("litre", "litres"), "ml": ("millilitre", "millilitres"), "dl": ("decilitre", "decilitres"),
    "ft": ("foot", "feet"), "yd": ("yard", "yards"), "mi": ("mile", "miles"), "mph": ("mile an hour", "miles an hour"),
    "km/h": ("kilometre an hour", "kilometres an hour"), "m²": ("square metre", "square metres"), "m³": ("cubic metre", "cubic metres"),
    "km²": ("square kilometre", "square kilometres"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"),
    "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "h": ("hour", "hours"),
    "min": ("minute", "minutes"), "mins": ("minute", "minutes"),
    "sec": ("second", "seconds"), "secs": ("second", "seconds"), "s": ("second", "seconds"),
    "p": ("penny", "pence"), "¢": ("cent", "cents"),
    "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "C": ("degree Celsius", "degrees Celsius"),
    "°": ("degree", "degrees"), "%": ("percent", "percent"),
}  # fmt: skip

MONEY = {  # one, many, and the small change
    "$": ("dollar", "dollars", "cent", "cents"), "£": ("pound", "pounds", "penny", "pence"), "€": ("euro", "euros", "cent", "cents"),
    "₺": ("lira", "lira", "kuruş", "kuruş"),
}  # fmt: skip

BEFORE_A_NAME = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Dr": "Doctor", "Prof": "Professor", "Capt": "Captain", "Sgt": "Sergeant",
    "Lt": "Lieutenant",
    "Gen": "General", "Rev": "Reverend", "Mt": "Mount",
}  # fmt: skip
AFTER_A_NAME = {"St": "Street", "Rd": "Road", "Ave": "Avenue", "Ln": "Lane", "Dr": "Drive", "Jr": "Junior", "Sr": "Senior"}
PHRASES = {
    "etc.": "and so on", "e.g.": "for example", "eg.": "for example", "i.e.": "that is", "ie.": "that is", "vs.": "versus",
    "approx.": "approximately",
}  # fmt: skip

SAINTS = (
    "Andrew|Anne|Anthony|Barbara|Bernard|Christopher|Claus|Clement|David|Elmo|Francis|George|Ives|James|John|Joseph|Kilda|Lucia|Lucy|Luke|"
    "Mark|Martin|Mary|Matthew|Michael|Nicholas|Nick|Nicolas|Pancras|Patrick|Paul|Peter|Stephen|Swithin|Thomas|Valentine"
)
KINGS = (
    "Albert|Alexander|Alfonso|Carl|Catherine|Charles|Christian|Edward|Elizabeth|Ferdinand|Francis|Frederick|George|Gustav|Harald|Henry|Ivan|"
    "James|John|Leopold|Louis|Ludwig|Malcolm|Mary|Nicholas|Olaf|Otto|Paul|Peter|Philip|Ramesses|Ramses|Richard|Robert|Rudolf|Victor|Wilhelm|"
    "William"
)
TITLES = "King|Queen|Emperor|Empress|Pope|Tsar|Prince|Princess|Pharaoh|Sultan|Kaiser"
