"""Turkish endings, by rule. Each row is a noun and its forms: -i, -e, -de, -den, -in, -le, -ler, and -i of somebody's."""

import pytest

from fably.lore.stock import stock
from fably.lore.turkish import CASES, VOWELS, bare, capital, forms, harmony, inflect, lower, upper, without_possessive
from fably.lore.wishes import read

NOUNS = """
ejderha     ejderhayı ejderhaya ejderhada ejderhadan ejderhanın ejderhayla ejderhalar ejderhası
tilki       tilkiyi tilkiye tilkide tilkiden tilkinin tilkiyle tilkiler tilkisi
köpek       köpeği köpeğe köpekte köpekten köpeğin köpekle köpekler köpeği
balık       balığı balığa balıkta balıktan balığın balıkla balıklar balığı
ayı         ayıyı ayıya ayıda ayıdan ayının ayıyla ayılar ayısı
kurt        kurdu kurda kurtta kurttan kurdun kurtla kurtlar kurdu
at          atı ata atta attan atın atla atlar atı
fil         fili file filde filden filin fille filler fili
robot       robotu robota robotta robottan robotun robotla robotlar robotu
penguen     pengueni penguene penguende penguenden penguenin penguenle penguenler pengueni
prens       prensi prense prenste prensten prensin prensle prensler prensi
şövalye     şövalyeyi şövalyeye şövalyede şövalyeden şövalyenin şövalyeyle şövalyeler şövalyesi
büyücü      büyücüyü büyücüye büyücüde büyücüden büyücünün büyücüyle büyücüler büyücüsü
baykuş      baykuşu baykuşa baykuşta baykuştan baykuşun baykuşla baykuşlar baykuşu
ördek       ördeği ördeğe ördekte ördekten ördeğin ördekle ördekler ördeği
kitap       kitabı kitaba kitapta kitaptan kitabın kitapla kitaplar kitabı
ağaç        ağacı ağaca ağaçta ağaçtan ağacın ağaçla ağaçlar ağacı
bulut       bulutu buluta bulutta buluttan bulutun bulutla bulutlar bulutu
nehir       nehri nehre nehirde nehirden nehrin nehirle nehirler nehri
şehir       şehri şehre şehirde şehirden şehrin şehirle şehirler şehri
köy         köyü köye köyde köyden köyün köyle köyler köyü
dev         devi deve devde devden devin devle devler devi
kuş         kuşu kuşa kuşta kuştan kuşun kuşla kuşlar kuşu
çocuk       çocuğu çocuğa çocukta çocuktan çocuğun çocukla çocuklar çocuğu
uyku        uykuyu uykuya uykuda uykudan uykunun uykuyla uykular uykusu
gök         göğü göğe gökte gökten göğün gökle gökler göğü
kanat       kanadı kanada kanatta kanattan kanadın kanatla kanatlar kanadı
saat        saati saate saatte saatten saatin saatle saatler saati
babaanne    babaanneyi babaanneye babaannede babaanneden babaannenin babaanneyle babaanneler babaannesi
dede        dedeyi dedeye dedede dededen dedenin dedeyle dedeler dedesi
amca        amcayı amcaya amcada amcadan amcanın amcayla amcalar amcası
dayı        dayıyı dayıya dayıda dayıdan dayının dayıyla dayılar dayısı
kardeş      kardeşi kardeşe kardeşte kardeşten kardeşin kardeşle kardeşler kardeşi
bebek       bebeği bebeğe bebekte bebekten bebeğin bebekle bebekler bebeği
oğul        oğlu oğla oğulda oğuldan oğlun oğulla oğullar oğlu
renk        rengi renge renkte renkten rengin renkle renkler rengi
kaplumbağa  kaplumbağayı kaplumbağaya kaplumbağada kaplumbağadan kaplumbağanın kaplumbağayla kaplumbağalar kaplumbağası
tavuk       tavuğu tavuğa tavukta tavuktan tavuğun tavukla tavuklar tavuğu
uçak        uçağı uçağa uçakta uçaktan uçağın uçakla uçaklar uçağı
dinozor     dinozoru dinozora dinozorda dinozordan dinozorun dinozorla dinozorlar dinozoru
hayal       hayali hayale hayalde hayalden hayalin hayalle hayaller hayali
lunapark    lunaparkı lunaparka lunaparkta lunaparktan lunaparkın lunaparkla lunaparklar lunaparkı
kutup       kutbu kutba kutupta kutuptan kutbun kutupla kutuplar kutbu
kuyruk      kuyruğu kuyruğa kuyrukta kuyruktan kuyruğun kuyrukla kuyruklar kuyruğu
yıldız      yıldızı yıldıza yıldızda yıldızdan yıldızın yıldızla yıldızlar yıldızı
"""
COMPOUNDS = """
denizkızı     denizkızını denizkızına denizkızında denizkızından denizkızının denizkızıyla denizkızları denizkızı
uğur böceği   uğur böceğini uğur böceğine uğur böceğinde uğur böceğinden uğur böceğinin uğur böceğiyle uğur böcekleri uğur böceği
su kabağı     su kabağını su kabağına su kabağında su kabağından su kabağının su kabağıyla su kabakları su kabağı
deniz feneri  deniz fenerini deniz fenerine deniz fenerinde deniz fenerinden deniz fenerinin deniz feneriyle deniz fenerleri deniz feneri
"""
NAMES = """
Pamuk   Pamuk'u Pamuk'a Pamuk'ta Pamuk'tan Pamuk'un Pamuk'la Pamuk'lar Pamuk'u
Tarçın  Tarçın'ı Tarçın'a Tarçın'da Tarçın'dan Tarçın'ın Tarçın'la Tarçın'lar Tarçın'ı
Nane    Nane'yi Nane'ye Nane'de Nane'den Nane'nin Nane'yle Nane'ler Nane'si
Ceviz   Ceviz'i Ceviz'e Ceviz'de Ceviz'den Ceviz'in Ceviz'le Ceviz'ler Ceviz'i
Ayşe    Ayşe'yi Ayşe'ye Ayşe'de Ayşe'den Ayşe'nin Ayşe'yle Ayşe'ler Ayşe'si
Minnoş  Minnoş'u Minnoş'a Minnoş'ta Minnoş'tan Minnoş'un Minnoş'la Minnoş'lar Minnoş'u
Ümit    Ümit'i Ümit'e Ümit'te Ümit'ten Ümit'in Ümit'le Ümit'ler Ümit'i
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


def test_there_are_many_forms() -> None:
    assert sum(len(row) - 1 for row, _how in TABLES) >= 400


@pytest.mark.parametrize(("row", "how"), TABLES, ids=[row[0] for row, _how in TABLES])
def test_every_form_is_right(row: list[str], how: dict[str, bool]) -> None:
    noun, *expected = row
    assert [inflect(noun, case, **how) for case in CASES if case not in ("too", "ask")] == expected


@pytest.mark.parametrize(("word", "said"), [("Pamuk", "Pamuk da"), ("tilki", "tilki de"), ("büyücü", "büyücü de"), ("kurt", "kurt da")])
def test_the_word_de_stands_alone_and_follows_the_vowel(word: str, said: str) -> None:
    assert inflect(word, "too") == said


@pytest.mark.parametrize(("word", "asked"), [("Pamuk", "Pamuk mu"), ("tilki", "tilki mi"), ("büyücü", "büyücü mü"), ("ayı", "ayı mı")])
def test_a_question_follows_the_vowel(word: str, asked: str) -> None:
    assert inflect(word, "ask") == asked


def test_words_of_the_exceptions_file() -> None:
    assert (inflect("lolipop", "acc"), inflect("yoğurt", "acc"), inflect("burun", "gen")) == ("lolipopu", "yoğurdu", "burnun")
    assert (inflect("eski saat", "loc"), inflect("festival", "dat"), inflect("kalp", "pos")) == ("eski saatte", "festivale", "kalbi")


def test_back_to_the_noun() -> None:
    assert [bare(stem) for stem in ("kitab", "köpeğ", "ağac", "fil")] == ["kitap", "köpek", "ağaç", "fil"]
    assert [without_possessive(noun) for noun in ("tost makinesi", "uğur böceği", "deniz feneri")] == [
        "tost makine",
        "uğur böcek",
        "deniz fener",
    ]


@pytest.mark.parametrize("noun", [*stock("tr").heroes, *stock("tr").places, *stock("tr").things])
def test_every_ending_of_the_stock_keeps_the_harmony(noun: str) -> None:
    known = stock("tr").heroes.get(noun) or stock("tr").places.get(noun) or stock("tr").things[noun]
    a, i = harmony(noun)
    for form in forms(noun, compound=known.compound):
        ending = form[len(noun) :].removesuffix("ki") if form.startswith(noun) else ""  # -ki is what it is
        assert {letter for letter in ending if letter in VOWELS} <= {a, i, *harmony(f"x{a}")}, form
        assert not any(one + two in form for one in VOWELS for two in VOWELS if form not in ("saat",) and one + two not in ("aa", "ue"))


@pytest.mark.parametrize(
    ("wish", "forms"),
    [
        ("bir köpekbalığı", ["köpekbalığını", "köpekbalığına", "köpekbalığının"]),
        ("denizatı masalı", ["denizatını", "denizatına", "denizatının"]),
        ("bir yarasa", ["yarasayı", "yarasaya", "yarasanın"]),
        ("bir karınca", ["karıncayı", "karıncaya", "karıncanın"]),
    ],
)
def test_two_words_that_are_written_as_one_are_bent_as_two(wish: str, forms: list[str]) -> None:
    hero = read(wish, "tr").hero
    assert hero is not None
    assert [inflect(hero.kind, case, compound=hero.compound) for case in ("acc", "dat", "gen")] == forms


def test_letters() -> None:
    assert upper("iğne ılık") == "İĞNE ILIK"
    assert lower("IŞIK İZMİR") == "ışık izmir"
    assert (capital("ılık"), capital("iyi"), capital("")) == ("Ilık", "İyi", "")
