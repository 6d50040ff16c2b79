"""Turkish endings, by rule. Each row is a noun and its forms: -i, -e, -de, -den, -in, -le, -ler, and the word de."""

import pytest

from fably.lore.stock import stock
from fably.lore.turkish import CASES, VOWELS, capital, forms, harmony, inflect, lower, upper

NOUNS = """
ejderha     ejderhayı ejderhaya ejderhada ejderhadan ejderhanın ejderhayla ejderhalar
tilki       tilkiyi tilkiye tilkide tilkiden tilkinin tilkiyle tilkiler
köpek       köpeği köpeğe köpekte köpekten köpeğin köpekle köpekler
balık       balığı balığa balıkta balıktan balığın balıkla balıklar
ayı         ayıyı ayıya ayıda ayıdan ayının ayıyla ayılar
kurt        kurdu kurda kurtta kurttan kurdun kurtla kurtlar
at          atı ata atta attan atın atla atlar
fil         fili file filde filden filin fille filler
robot       robotu robota robotta robottan robotun robotla robotlar
penguen     pengueni penguene penguende penguenden penguenin penguenle penguenler
prens       prensi prense prenste prensten prensin prensle prensler
şövalye     şövalyeyi şövalyeye şövalyede şövalyeden şövalyenin şövalyeyle şövalyeler
büyücü      büyücüyü büyücüye büyücüde büyücüden büyücünün büyücüyle büyücüler
baykuş      baykuşu baykuşa baykuşta baykuştan baykuşun baykuşla baykuşlar
ördek       ördeği ördeğe ördekte ördekten ördeğin ördekle ördekler
kitap       kitabı kitaba kitapta kitaptan kitabın kitapla kitaplar
ağaç        ağacı ağaca ağaçta ağaçtan ağacın ağaçla ağaçlar
bulut       bulutu buluta bulutta buluttan bulutun bulutla bulutlar
nehir       nehri nehre nehirde nehirden nehrin nehirle nehirler
şehir       şehri şehre şehirde şehirden şehrin şehirle şehirler
köy         köyü köye köyde köyden köyün köyle köyler
dev         devi deve devde devden devin devle devler
kuş         kuşu kuşa kuşta kuştan kuşun kuşla kuşlar
çocuk       çocuğu çocuğa çocukta çocuktan çocuğun çocukla çocuklar
uyku        uykuyu uykuya uykuda uykudan uykunun uykuyla uykular
gök         göğü göğe gökte gökten göğün gökle gökler
kanat       kanadı kanada kanatta kanattan kanadın kanatla kanatlar
saat        saati saate saatte saatten saatin saatle saatler
"""
COMPOUNDS = """
denizkızı     denizkızını denizkızına denizkızında denizkızından denizkızının denizkızıyla denizkızları
uğur böceği   uğur böceğini uğur böceğine uğur böceğinde uğur böceğinden uğur böceğinin uğur böceğiyle uğur böcekleri
tost makinesi tost makinesini tost makinesine tost makinesinde tost makinesinden tost makinesinin tost makinesiyle tost makineleri
deniz feneri  deniz fenerini deniz fenerine deniz fenerinde deniz fenerinden deniz fenerinin deniz feneriyle deniz fenerleri
"""
NAMES = """
Pamuk   Pamuk'u Pamuk'a Pamuk'ta Pamuk'tan Pamuk'un Pamuk'la Pamuk'lar
Tarçın  Tarçın'ı Tarçın'a Tarçın'da Tarçın'dan Tarçın'ın Tarçın'la Tarçın'lar
Nane    Nane'yi Nane'ye Nane'de Nane'den Nane'nin Nane'yle Nane'ler
Ceviz   Ceviz'i Ceviz'e Ceviz'de Ceviz'den Ceviz'in Ceviz'le Ceviz'ler
Ayşe    Ayşe'yi Ayşe'ye Ayşe'de Ayşe'den Ayşe'nin Ayşe'yle Ayşe'ler
Minnoş  Minnoş'u Minnoş'a Minnoş'ta Minnoş'tan Minnoş'un Minnoş'la Minnoş'lar
Ümit    Ümit'i Ümit'e Ümit'te Ümit'ten Ümit'in Ümit'le Ümit'ler
"""


def rows(table: str, width: int = 1) -> list[list[str]]:
    """Every row as its words, where a noun has `width` of them."""
    found = []
    for line in table.strip().splitlines():
        words = line.split()
        found.append([" ".join(words[at : at + width]) for at in range(0, len(words), width)])
    return found


TABLES = [
    *[(row, {}) for row in rows(NOUNS)],
    *[(row, {"compound": True}) for row in rows(COMPOUNDS.strip().splitlines()[0])],
    *[(row, {"compound": True}) for line in COMPOUNDS.strip().splitlines()[1:] for row in rows(line, 2)],
    *[(row, {"name": True}) for row in rows(NAMES)],
]


@pytest.mark.parametrize(("row", "how"), TABLES, ids=[row[0] for row, _how in TABLES])
def test_every_form_is_right(row: list[str], how: dict[str, bool]) -> None:
    noun, *expected = row
    assert [inflect(noun, case, **how) for case in CASES if case != "too"] == expected


@pytest.mark.parametrize(("word", "said"), [("Pamuk", "Pamuk da"), ("tilki", "tilki de"), ("büyücü", "büyücü de"), ("kurt", "kurt da")])
def test_the_word_de_stands_alone_and_follows_the_vowel(word: str, said: str) -> None:
    assert inflect(word, "too") == said


@pytest.mark.parametrize("noun", [*stock("tr").heroes, *stock("tr").places])
def test_every_ending_of_the_stock_keeps_the_harmony(noun: str) -> None:
    known = stock("tr").heroes.get(noun) or stock("tr").places[noun]
    a, i = harmony(noun)
    for form in forms(noun, compound=known.compound):
        ending = form[len(noun) :].removesuffix("ki") if form.startswith(noun) else ""  # -ki is what it is
        assert {letter for letter in ending if letter in VOWELS} <= {a, i, *harmony(f"x{a}")}, form
        assert not any(one + two in form for one in VOWELS for two in VOWELS if form not in ("saat",) and one + two not in ("aa", "ue"))


def test_letters() -> None:
    assert upper("iğne ılık") == "İĞNE ILIK"
    assert lower("IŞIK İZMİR") == "ışık izmir"
    assert (capital("ılık"), capital("iyi"), capital("")) == ("Ilık", "İyi", "")
