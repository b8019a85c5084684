"""Invented pages of articles, as outlets build them: menus, share bars, links to other news around the text."""

from html import escape

TITLE = "افتتاح جسر جديد على النهر"
SUMMARY = "افتتحت البلدية صباح اليوم الثلاثاء جسرا جديدا على النهر بعد عامين من العمل."
PARAGRAPHS = (
    "افتتحت البلدية صباح اليوم الثلاثاء جسرا جديدا على النهر بعد عامين من العمل، بحضور وزير النقل وعدد من السكان.",
    "وقال رئيس البلدية إن الجسر الذي يبلغ طوله 240 مترا سيخفف الازدحام، مشيرا إلى أن كلفته بلغت 12 مليون دينار.",
    "وأضاف أن المرحلة الثانية تشمل طريقا للمشاة ومسارا للدراجات ينتظر أن ينتهي العمل بهما في الربيع المقبل.",
)


def article_page(title: str = TITLE, paragraphs: tuple[str, ...] = PARAGRAPHS, charset: str = "utf-8") -> bytes:
    """A whole page around the paragraphs of one article."""
    shown = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    others = "".join(f'<li><a href="/{n}">خبر آخر رقم {n} عن الطقس والأسواق</a></li>' for n in range(8))
    return (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="{charset}">'
        f"<title>{escape(title)} | صحيفة</title>"
        "<script>var tracked = 1;</script><style>p { margin: 0 }</style></head><body>"
        '<header><nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/sport">رياضة</a></li></ul></nav></header>'
        f"<main><article><h1>{escape(title)}</h1>"
        '<div class="share-bar"><a href="#">فيسبوك</a> <a href="#">تويتر</a> <a href="#">واتساب</a></div>'
        f'{shown}<p>اقرأ أيضا: <a href="/x">خطة السير الجديدة</a></p><p>تابعونا على تويتر</p></article></main>'
        f"<aside><h3>الأكثر قراءة</h3><ul>{others}</ul></aside><footer>جميع الحقوق محفوظة</footer></body></html>"
    ).encode(charset, "xmlcharrefreplace")
