"""What Turkish abbreviates, and what it is said as."""

MONTHS = ("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık")

UNITS = {
    "km": "kilometre", "m": "metre", "cm": "santimetre", "mm": "milimetre", "kg": "kilogram", "g": "gram", "gr": "gram", "mg": "miligram",
    "t": "ton", "l": "litre", "L": "litre", "lt": "litre", "ml": "mililitre", "dk": "dakika", "dk.": "dakika", "sn": "saniye",
    "sn.": "saniye", "sa": "saat", "sa.": "saat", "km/sa": "kilometre", "km/h": "kilometre", "m²": "metrekare", "m³": "metreküp",
    "km²": "kilometrekare", "°C": "derece", "°": "derece", "C": "derece", "TL": "lira", "₺": "lira", "$": "dolar", "€": "avro",
    "£": "sterlin", "krş": "kuruş", "kr": "kuruş", "yy.": "yüzyıl",
}  # fmt: skip
MONEY = {"TL": "kuruş", "₺": "kuruş", "$": "sent", "€": "sent", "£": "peni"}

BEFORE_A_NAME = {
    "Dr": "Doktor", "Prof": "Profesör", "Doç": "Doçent", "Av": "Avukat", "Öğr": "Öğretmen", "Hz": "Hazreti", "Sn": "Sayın", "Alb": "Albay",
    "Yzb": "Yüzbaşı", "Gen": "General", "Müh": "Mühendis", "Ecz": "Eczacı",
}  # fmt: skip
AFTER_A_NAME = {
    "Sok": "Sokağı", "Sk": "Sokağı", "Cad": "Caddesi", "Cd": "Caddesi", "Mah": "Mahallesi", "Mh": "Mahallesi", "Apt": "Apartmanı",
    "Bul": "Bulvarı", "Blv": "Bulvarı",
}  # fmt: skip
AFTER_A_NUMBER = {"Sok": "Sokak", "Sk": "Sokak", "Cad": "Cadde", "Cd": "Cadde", "Mah": "Mahalle", "Mh": "Mahalle"}
PHRASES = {
    "vb.": "ve benzeri", "vs.": "vesaire", "vd.": "ve diğerleri", "örn.": "örneğin", "bkz.": "bakınız", "yy.": "yüzyıl",
    "m.ö.": "milattan önce", "m.s.": "milattan sonra",
}  # fmt: skip
KINGS = (
    "Abdülaziz|Abdülhamid|Abdülhamit|Abdülmecid|Abdülmecit|Ahmed|Ahmet|Alaeddin|Beyazıt|Bayezid|Charles|Elizabeth|George|Gıyaseddin|Henry|"
    "İbrahim|Katerina|Keyhüsrev|Kılıç Arslan|Kılıçarslan|Louis|Mahmud|Mahmut|Mehmed|Mehmet|Murad|Murat|Mustafa|Napolyon|Nikola|Orhan|Osman|"
    "Petro|Ramses|Richard|Selim|Süleyman|William"
)
