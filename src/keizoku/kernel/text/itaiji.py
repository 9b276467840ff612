"""異体字: different shapes of one kanji, folded to one shape so that 髙橋 is found as 高橋.

Folding is for matching only. A name is stored, shown and printed as its bearer writes it, because 髙橋 and
高橋 are two spellings in the family register. The table holds pairs that are common in names; it is a list
of what people type instead of each other, not a statement of the character standards.
"""

import re

# In each group the first character is the folded shape.
_GROUPS = (
    "高髙 崎﨑嵜碕 辺邉邊 浜濵濱 斉齊斎齋 吉𠮷 徳德 柳栁桺 沢澤 広廣 島嶋嶌 桜櫻 国國圀 竜龍 滝瀧 関關 "
    "恵惠 栄榮 条條 与與 円圓 塩鹽 応應 桧檜 峰峯 富冨 船舩 館舘 曽曾 蔵藏 鉄鐵 槙槇 薮藪籔 頼賴 瀬瀨 "
    "真眞 慎愼 静靜 浄淨 巌巖 実實 寿壽 万萬 豊豐 礼禮 満滿 学學斈 寛寬 郷鄕鄉 黒黑 緑綠 清淸 青靑 顕顯 "
    "弥彌 亀龜 芦蘆 鴎鷗 画畫 穂穗 絵繪 宝寶寳 帯帶 聡聰 総總 荘莊 薫薰 勲勳勛 衛衞 覚覺 観觀 誉譽 読讀 "
    "鶏鷄 会會 伝傳 仏佛 来來 剣劍劔釼 単單 厳嚴 収收 営營 尭堯 奥奧 将將 峡峽 岳嶽 巻卷 帰歸 強强 弾彈 "
    "従從 恒恆 戸戶 旧舊 昼晝 晋晉 暁曉 松枩 検檢 楽樂 様樣 横橫 歩步 歳歲 毎每 涼凉 渋澁 温溫 湾灣 "
    "瑶瑤 産產 県縣 祢禰 禄祿 稲稻 穣穰 粋粹 糸絲 経經 継繼 続續 縁緣 芸藝 謡謠 遥遙 郎郞 銭錢 鋭銳 "
    "鎮鎭 隠隱 霊靈 鴬鶯 麦麥 黄黃 黙默 桑桒 枡桝 渕淵渊 園薗 凛凜 土圡 野埜 秋穐 喜㐂憙 鶴靏靍 煕熙凞 "
    "亜亞 囲圍 壱壹 台臺 点點 当當 灯燈 届屆 双雙 蛍螢 髪髮 坂岅 梅楳 橋𣘺槗 場塲 間閒 "
    "昇曻 宜冝 村邨 籠篭 竈竃 浅淺 縄繩 壮壯 増增 姫姬 巣巢 悦悅 暦曆 歴歷 気氣 渓溪 焼燒 狭狹 発發 砺礪 称稱 穏穩 "
    "窓窗 譲讓 釈釋 録錄 錬鍊 随隨 顔顏 駆驅駈 麹麴 両兩 乗乘 児兒 参參 呉吳 団團 図圖 売賣 専專 弁辨辯瓣 徴徵 拝拜 "
    "捜搜 予豫 労勞 区區 医醫 号號 独獨 賛贊 転轉 軽輕 証證 覧覽 畳疊 蛎蠣 頬頰 祷禱 教敎 緒緖 瓶甁 尚尙 舎舍 舗舖 "
    "並竝 兎兔菟 尓爾 杉杦 柏栢 栃杤橡 解觧 讃讚 体躰體 釜釡 隣鄰 雁鳫 聯聨 庵菴 萌萠 蘇蘓 綿緜 奇竒 年秊 嘗甞 曹曺 "
    "迪廸 祇祗 靭靱 鯵鰺 鉱砿鑛 闘鬪鬭 潜潛濳"
)
_FOLD = str.maketrans(
    {variant: group[0] for group in _GROUPS.split() for variant in group[1:]},
)
# Variation selectors choose one shape of the same code point (葛 + U+E0100).
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def fold(text: str) -> str:
    """`text` with each known variant in its folded shape, without variation selectors; idempotent."""
    return _SELECTORS.sub("", text).translate(_FOLD)
