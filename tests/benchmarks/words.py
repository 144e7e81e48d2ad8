"""Words and names for the generated museum: eight languages, five scripts, distributed as in real texts.

The head of each list is written by hand, the most frequent words first. A long tail of words made of
syllables follows, so that most words are rare. A word's share falls with its rank (Zipf's law).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, product
from typing import Final

#: Words that a known share of the records has, for measuring searches. None of them is in a list below.
COMMON_WORD: Final = "correspondence"
COMMON_SHARE: Final = 0.1
UNCOMMON_WORD: Final = "telegram"
UNCOMMON_SHARE: Final = 0.01
#: One record in so many has it, whatever the seed.
RARE_WORD: Final = "zimmerwald"
RARE_EVERY: Final = 5_000


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: the head of its word list, syllables for the tail, and people's names in it."""

    code: str
    share: float
    head: str
    syllables: str
    given: str
    families: str
    blank: str = " "


TONGUES: Final = (
    Tongue(
        "en", 0.52,
        "the of and in to a for with on from at by his letter her as was about report their after the "
        "party first before congress new photograph between state his speech draft minutes international "
        "workers during session signed copy history exile committee general against opposition war "
        "council years two revolution notes leaflet journey station house garden street manuscript "
        "typescript carbon page corrections member delegation railway harbour winter summer night morning "
        "border passport visa police archive witness statement trial verdict funeral crowd banner square "
        "factory peasant soldier officer printer editor translator secretary daughter brother portrait "
        "group seated standing left right unknown studio negative print album postcard map plan drawing",
        "ar bel cor dan el fen gar hol im jor ker lan mor nor os pel quin ros sten tor ul ver wick yor "
        "zan ash brook dale ford ham ley mere ton worth stead",
        "Alice Arthur Beatrice Charles Dora Edward Eleanor Francis George Harriet Henry Isabel James "
        "Judith Katherine Leonard Margaret Nathan Olive Philip Rachel Samuel Theresa Victor Walter Zoë",
        "Abbott Baker Barlow Carver Chandler Dawson Ellery Fletcher Granger Hollis Ingram Jessop Kendall "
        "Lockwood Marlowe Norris Osborne Pemberton Quayle Radcliffe Seymour Thackeray Underhill Vickers "
        "Whitlock Yardley O’Brien McKenzie Brontë",
    ),
    Tongue(
        "ru", 0.14,
        "и в на о с по из для к от письмо при его речь после съезд партии протокол доклад статья "
        "заметки рабочих история революции ссылка дневник черновик рукопись воспоминания комитет совет "
        "завод улица вокзал зима лето ночь дорога граница свидетель показания суд приговор портрет "
        "группа фотография неизвестный открытка карта рисунок типография листовка газета ёлка объявление",
        "ба ве го да жи за ко ле мо на по ра си то у фо хо цы ша щу эм юр яв ёр ий ов ск ин ен ич",
        "Александр Анна Борис Вера Григорий Дарья Евгения Фёдор Зинаида Иван Катерина Лев Мария Наталья "
        "Ольга Пётр Раиса Семён Татьяна Юрий",
        "Абрамов Белкин Воронцов Горшков Дёмин Ежов-Лисицын Жуковский Зверев Ильинский Королёв Лаврентьев "
        "Мещеряков Никитин Орлов Пономарёв Рябов Соловьёв Трофимов Ушаков Филиппов Хлебников Чернов "
        "Шаповалов Щербаков Яковлев",
    ),
    Tongue(
        "es", 0.1,
        "de la el en y los del las con por para su carta una al sobre retrato informe desde congreso "
        "fotografía después comité casa calle jardín barco puerto viaje exilio obreros historia "
        "revolución discurso borrador actas cuaderno periódico señor niños mañana noche frontera "
        "pasaporte policía testigo juicio archivo plaza fábrica campesinos soldado impresor traducción",
        "al ba cue da es fi gua ho io ja lla me ño or pi que rra se ti ura ve xi yá zón cá ción",
        "Adela Ángel Beatriz César Dolores Emilio Fátima Germán Inés Joaquín Lucía Martín Núria Óscar Pilar "
        "Raúl Sofía Tomás Úrsula Verónica",
        "Álvarez Benítez Cárdenas Domínguez Echeverría Fernández Gutiérrez Hernández Ibáñez Jiménez López "
        "Muñoz Núñez Ordóñez Pérez Quiñones Ramírez Sánchez Treviño Urrutia Vázquez Yáñez Zúñiga",
    ),
    Tongue(
        "fr", 0.09,
        "de la le et les des en à du lettre dans une pour sur avec au discours procès après portrait "
        "congrès comité mémoire rapport brouillon carnet journal ouvriers histoire révolution exil maison "
        "jardin rue gare hiver été nuit frontière passeport police témoin verdict place usine paysan "
        "imprimeur traduction épreuve feuille carte dessin séance réunion élève évènement",
        "an beau ce du eau fleur gné hui ille jou lé main nou oeu pré quai roi sé tion ver vil zé ère çon",
        "Aurélie Benoît Céline Denis Élise François Geneviève Hélène Irène Jérôme Léon Mathilde Noël Odette "
        "Pénélope René Sébastien Thérèse Yves Zoé",
        "Aubert Béranger Châtelain Delorme Émery Fouché Garçon Hervé Joly Lefèvre Mérimée Noailles Ormesson "
        "Périer Quesnel Rivière Séguin Thévenot Vallès Yvernault",
    ),
    Tongue(
        "de", 0.09,
        "der die und in von das mit zu den im auf für brief nach über bei rede bericht kongress entwurf "
        "protokoll notizen arbeiter geschichte revolution verbannung haus garten straße bahnhof winter "
        "sommer nacht grenze pass polizei zeuge urteil platz fabrik bauern soldat drucker übersetzung "
        "blatt karte zeichnung sitzung größe gespräch bildnis gruppe unbekannt zeitung flugblatt",
        "ab berg chen dorf ein feld gung heit ig jahr keit lich mann nis ort pfad reich schaft tum ung "
        "vor wald zeit äu öff üb ß",
        "Änne Bruno Clara Dietrich Elfriede Friedrich Gerda Hans Ilse Jürgen Käthe Ludwig Martha Otto "
        "Rosa Sophie Theodor Ursula Wolfgang",
        "Altmüller Böhm Cramer Döring Eschenbach Fröhlich Groß Hölderer Jäger Köhler Lindner Müller "
        "Neumann Öhler Pfeiffer Rößler Schröder Tübinger Vogel Weiß Zöllner",
    ),
    Tongue(
        "pl", 0.03,
        "w i z na do o po list przed dla jego portret mowa po zjazd raport szkic notatki robotnicy "
        "historia rewolucja wygnanie dom ogród ulica dworzec zima noc granica świadek wyrok plac żołnierz "
        "drukarz tłumaczenie karta rysunek posiedzenie łódź źródło gazeta ulotka",
        "bą cze dło ęga fie gło ho iał jaź kow łę mię now ów prze rzy ski szcz tyń uś wło yca zę żur",
        "Agnieszka Bronisław Czesława Dariusz Elżbieta Grażyna Józef Krystyna Łucja Małgorzata Stanisław "
        "Światosława Wacław Żaneta",
        "Błoński Ćwikliński Dąbrowski Gałązka Jabłoński Kołodziej Łukasiewicz Mróz Nałęcz Ostróżek Piątek "
        "Świerczyński Trąbka Wójcik Zając Żeleński",
    ),
    Tongue(
        "el", 0.02,
        "και του της το η στο από με για επιστολή λόγος έκθεση ιστορία εξορία σπίτι κήπος δρόμος "
        "χειμώνας νύχτα σύνορα μάρτυρας δίκη εφημερίδα χάρτης σχέδιο πορτρέτο ομάδα άγνωστος λιμάνι",
        "αλ βρο γνώ δε εί ζω θη ιά κο λυ μέ νη ξε ού πα ρί στο τά υψ φω χι ψά ώρα",
        "Αλέξανδρος Βασιλική Γεώργιος Δήμητρα Ελένη Ηλίας Θεοδώρα Ιωάννης Κωνσταντίνος Σοφία",
        "Αναγνώστου Βλάχος Γαλάνης Δημητρίου Ευσταθίου Ζαχαρίας Θεοτοκάς Καρράς Λυμπέρης Παπαδόπουλος",
    ),
    Tongue(
        "zh", 0.01,
        "的 信 在 人 与 革命 历史 报告 会议 工人 照片 日记 流亡 花园 车站 冬天 夜 边境 证人 判决 报纸 地图 手稿",
        "山 水 风 云 石 林 海 江 城 门 花 月 星 雪 火 木 金 土 田 路 桥 村 南 北 东 西 春 秋",
        "明 秀英 伟 丽 建国 玉兰 志强 小红",
        "王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙",
        blank="",
    ),
)  # fmt: skip


def _labelled(*labels: str) -> tuple[tuple[str, str], ...]:
    """Terms whose codes follow from their labels."""
    return tuple((label.lower().replace(" ", "-"), label) for label in labels)


#: The small vocabularies as (code, label) or (code, label, inverse label), the most used first.
TERMS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "document_type": _labelled(
        "Letter", "Article", "Manuscript", "Typescript", "Pamphlet", "Book", "Minutes", "Report", "Speech",
        "Leaflet", "Diary", "Telegraph form", "Court record", "Treaty", "Contract", "Memoir", "Film",
        "Sound recording", "Programme", "List",
    ),
    "image_type": _labelled(
        "Photograph", "Postcard", "Drawing", "Portrait", "Map", "Poster", "Print", "Caricature", "Painting",
        "Plan", "Diagram", "Film still",
    ),
    "event_type": _labelled(
        "Meeting", "Journey", "Conference", "Address", "Arrest", "Trial", "Death", "Birth", "Publication",
        "Treaty signing", "Demonstration", "Strike", "Burial", "Exhibition", "Battle",
    ),
    "contribution_role": _labelled(
        "Author", "Photographer", "Addressee", "Editor", "Translator", "Publisher", "Artist", "Signatory",
        "Compiler", "Printer", "Illustrator", "Witness",
    ),
    "participation_role": _labelled(
        "Participant", "Speaker", "Organiser", "Witness", "Delegate", "Chair", "Defendant", "Victim",
        "Judge", "Traveller", "Host", "Secretary",
    ),
    "relationship_kind": (
        ("colleague", "Colleague of", "Colleague of"),
        ("correspondent", "Correspondent of", "Correspondent of"),
        ("parent", "Parent of", "Child of"),
        ("spouse", "Spouse of", "Spouse of"),
        ("secretary", "Secretary of", "Employer of"),
        ("teacher", "Teacher of", "Pupil of"),
        ("sibling", "Sibling of", "Sibling of"),
        ("member", "Member of", "Had as member"),
        ("opponent", "Opponent of", "Opponent of"),
        ("successor", "Successor of", "Predecessor of"),
    ),
    "language": (
        ("en", "English"), ("ru", "Russian"), ("es", "Spanish"), ("fr", "French"), ("de", "German"),
        ("pl", "Polish"), ("el", "Greek"), ("zh", "Chinese"), ("it", "Italian"), ("yi", "Yiddish"),
        ("uk", "Ukrainian"), ("tr", "Turkish"), ("no", "Norwegian"), ("ka", "Georgian"), ("la", "Latin"),
    ),
    "country": (
        ("gb", "United Kingdom"), ("ru", "Russia"), ("mx", "Mexico"), ("fr", "France"), ("de", "Germany"),
        ("us", "United States"), ("es", "Spain"), ("pl", "Poland"), ("tr", "Türkiye"), ("ua", "Ukraine"),
        ("no", "Norway"), ("gr", "Greece"), ("cn", "China"), ("it", "Italy"), ("at", "Austria"),
        ("ge", "Georgia"), ("kz", "Kazakhstan"), ("ch", "Switzerland"), ("ca", "Canada"), ("cu", "Cuba"),
    ),
    "detail": _labelled("Dimensions", "Material and technique", "Inscriptions and marks", "Provenance"),
}  # fmt: skip


@lru_cache(maxsize=32)
def word_list(code: str, size: int) -> list[str]:
    """``size`` distinct words of a language, the most frequent first: the head of its list, then a
    made-up tail.
    """
    tongue = next(one for one in TONGUES if one.code == code)
    words = dict.fromkeys(tongue.head.split())
    syllables = tongue.syllables.split()
    for length in range(2, 9):
        for parts in product(syllables, repeat=length):
            if len(words) >= size:
                return list(words)
            # Backwards, so that neighbours in the list begin differently.
            words["".join(reversed(parts))] = None
    return list(words)


@lru_cache(maxsize=32)
def falling_weights(size: int) -> list[float]:
    """Cumulative weights of ``size`` ranks by Zipf's law, for ``random.choices``."""
    return list(accumulate(1 / (rank + 2.7) for rank in range(size)))
