// What mail programs write around the mail they quote, by meaning. Languages: en, bg, ru, pl, uk, de, fr, es,
// it, nl, pt, cs, tr, and sv, da, no, fi, ro, el, sk, hu, hr, sr, sl, lt, lv, et, vi, ca, id, ja, zh, ko, he, ar.

/** The verb of an introduction (`On …, Ann wrote:`): at its end, or inside it before the name. */
export const INTRO_VERBS =
  list(`wrote, writes, said, sent, написа, написа(ла), пише, изпрати, написал, написала, написал(а), написал(-а), пишет,
  писал, писал(а), писала, писав, написав, написав(-ла), написав(ла), написал/а, napisał, napisała, napisał(a),
  napisał/a, pisze, napisał(-a), schrieb, geschrieben, a écrit, écrit, escribió, escreveu, ha scritto,
  scrisse, scritto, schreef, geschreven, skrev, følgende, kirjoitti, napsal, napsal(a), napsala, napísal,
  napísal(a), napísala, yazdı, yazmış, şunu yazdı, έγραψε, a scris, skrifaði, írta, ezt írta, napisao,
  napisala, napisao/la je, napisao je, je napisao/la, je napisal/a, написао је, је написао/ла, напиша, rašė,
  rakstīja, kirjutas, đã viết, va escriure, menulis, tulis, 写道, 寫道, 写, のメール, 작성, כתב, כתב/ה, odesílatel,
  użytkownik`)

/** How introductions begin. A number, `Tue, 2` in any language and `Ann <` are read as beginnings too. */
export const INTRO_STARTS =
  list(`on, at, in, am, le, el, il, en, em, op, den, dne, dnia, w dniu, на, в, от, у, pe, pt., în, στις, wiadomość,
  ngày, vào, dana, dňa, kl, pon., wt., śr., czw., sob., niedz., пн, вт, ср, чт, пт, сб, вс, нд, zo, ma, di,
  wo, do, vr, za, in data, message du, pada, el día, il giorno, в отговор на, du`)

/** Above a quoted mail, between dashes. */
export const REPLY_DIVIDERS =
  list(`original message, original appointment, reply message, reply to message, original email, original mail, mail original, original e-mail, исходное сообщение,
  оригинальное сообщение, первоначальное сообщение, изначальное сообщение, начальное сообщение, исходное письмо, оригинално съобщение, оригинално писмо,
  първоначално съобщение, първоначално писмо, оригинален имейл, oryginalna wiadomość, wiadomość oryginalna,
  treść oryginalnej wiadomości, oryginalny e-mail, оригінальне повідомлення, вихідне повідомлення,
  початкове повідомлення, ursprüngliche nachricht, originalnachricht, original-nachricht, original nachricht, ursprüngliche mail, ursprüngliche e-mail,
  message d'origine, message d’origine, message original, mensaje original, messaggio originale,
  mensagem original, oorspronkelijk bericht, původní zpráva, původní e-mail, pôvodná správa, özgün ileti,
  orijinal ileti, orijinal mesaj, orjinal mesaj, originalmeddelande, ursprungligt meddelande, oprindelig meddelelse,
  oprindelig besked, original besked, opprinnelig melding, alkuperäinen viesti, mesaj original,
  mesajul original, αρχικό μήνυμα, eredeti üzenet, originalna poruka, izvorna poruka, оригинална порука, izvorno sporočilo,
  originalus laiškas, missatge original, thư gốc, 元のメッセージ, 原始邮件, 邮件原件, 原始郵件, 원본 메시지, 원본 메일`)

/** Above a forwarded mail, between dashes: what follows is what the writer sends. */
export const FORWARD_DIVIDERS =
  list(`forwarded message, forwarded by, forwarded email, forwarded mail, пересылаемое сообщение,
  пересланное сообщение, пересылаемое письмо, пересланное письмо, перенаправленное сообщение,
  препратено съобщение, препратено писмо, препратен имейл, wiadomość przekazana, przekazana wiadomość,
  treść przekazanej wiadomości, przesłana wiadomość, wiadomość przesłana dalej, переслане повідомлення,
  пересилається повідомлення, weitergeleitete nachricht, weitergeleitete mail, message transféré,
  message transmis, mensaje reenviado, messaggio inoltrato, doorgestuurd bericht, mensagem encaminhada,
  mensagem reencaminhada, přeposlaná zpráva, přeposlaný e-mail, preposlaná správa, iletilen mesaj,
  yönlendirilen ileti, iletilmiş mesaj, vidarebefordrat meddelande, videresendt meddelelse,
  videresendt besked, videresendt melding, välitetty viesti, edelleenlähetetty viesti, mesaj redirecționat,
  προωθημένο μήνυμα, továbbított üzenet, proslijeđena poruka, прослеђена порука, missatge reenviat,
  転送されたメッセージ, 转发的邮件, 转发邮件, 轉寄郵件, 전달된 메시지`)

/** Lines that say the same without dashes. */
export const FORWARD_LINES =
  list(`begin forwarded message, начало переадресованного, начало пересланного, начало на препратеното,
  начало на препратено, początek przekazanej wiadomości, початок пересланого, anfang der weitergeleiteten,
  début du message transféré, début du message réexpédié, inicio del mensaje reenviado,
  inizio messaggio inoltrato, begin doorgestuurd bericht, início da mensagem reencaminhada,
  início da mensagem encaminhada, začátek přeposlané zprávy, začiatok preposlanej,
  iletilen mesajın başlangıcı, vidarebefordrat brev, start på videresendt, videresendt melding,
  välitetty viesti alkaa, továbbított levél kezdete, 転送されたメッセージ`)

type Label = 'from' | 'sent' | 'to' | 'cc' | 'subject'

/** The labels of the header block above a quoted mail. */
export const HEADER_LABELS: Readonly<Record<Label, readonly string[]>> = {
  from: list(`from, от, от кого, подател, od, nadawca, від, від кого, von, absender, de, da, van, från, fra, lähettäjä,
    kimden, gönderen, από, feladó, expéditeur, remitente, mittente, afzender, remetente, odesílatel,
    odosielateľ, expeditor, de la, šalje, pošiljatelj, nuo, saatja, kellelt, dari, afsender, avsender, avsändare, từ, 差出人, 送信者, 发件人, 寄件者, 보낸 사람, מאת, من, prepared by,
    reply-to`),
  sent: list(`sent, date, sent on, date sent, изпратено, изпратен, изпратено на, дата, отправлено, дата отправки,
    wysłano, wysłane, data, data wysłania, надіслано, відправлено, дата відправлення, gesendet, gesendet am,
    datum, envoyé, envoyé le, message du, enviado, enviado el, enviado em, enviada em, enviada, fecha,
    inviato, inviata, verzonden, verstuurd, odesláno, odoslané, dátum, skickat, skickat den, sendt, dato,
    lähetetty, päivämäärä, päiväys, gönderildi, gönderilme, gönderim tarihi, tarih, trimis, dată, στάλθηκε,
    ημερομηνία, elküldve, poslano, послато, đã gửi, ngày, 送信日時, 日付, 发送时间, 日期, 寄件日期, 보낸 날짜, när, hora,
    išsiųsta, nosūtīts, saadetud, dikirim, enviat, enviat el, gönderilmiş, αποστολή, נשלח, تاريخ الإرسال`),
  to: list(`to, до, кому, получател, do, adresat, an, empfänger, à, para, a, aan, pro, komu, pre, kime, alıcı, till,
    til, vastaanottaja, către, catre, la, προς, címzett, za, destinataire, destinatario, đến, 宛先, 收件人, 收件者,
    받는 사람, mottagare, prima, kam, adressaat, kellele, kepada, per a, אל, إلى`),
  cc: list(`cc, копие, копие до, копия, dw, копія, kopie, copie, copie à, copia, kopi, bilgi, másolat`),
  subject:
    list(`subject, относно, тема, temat, betreff, objet, sujet, asunto, oggetto, onderwerp, assunto, předmět,
    predmet, konu, ämne, emne, aihe, subiect, θέμα, tárgy, chủ đề, 件名, 主题, 主題, 主旨, 제목, dotyczy,
    naslov, zadeva, tēma, teema, subjek, נושא, الموضوع`),
}

/** Before the name of a phone or a program, on the last line of a mail. */
export const SENT_FROM =
  list(`sent from, sent via, sent with, sent using, sent securely, get outlook for, get bluemail, изпратено от, изпратено чрез, изпратено с,
  отправлено с, отправлено из, отправлено через, отправлено от, отправлено со, wysłano z, wysłane z, wysłano za pomocą,
  надіслано з, надіслано через, відправлено з, von meinem, von meinem/meiner, gesendet von, gesendet mit,
  von unterwegs gesendet, diese nachricht wurde von meinem, envoyé de, envoyé depuis, envoyé à partir,
  envoyé avec, envoyé par, provenance, télécharger outlook pour, enviado desde, enviado do, enviado a partir, enviado de, obtener outlook,
  obter o outlook, inviato da, inviato dal, verzonden vanaf, verzonden vanuit, verstuurd vanaf, verzonden met, verzonden via,
  odesláno z, odesláno ze, odoslané z, iphone'umdan gönderildi, gönderildi, skickat från, skickades från,
  sendt fra, lähetetty, trimis de pe, trimis din, išsiųsta iš, nosūtīts no, saadetud, στάλθηκε από, εστάλη από, küldve, poslano s, poslano z, poslano iz,
  послато са, poslano sa, poslané z, được gửi từ, enviat des, iphoneから送信, 从我的, 發自我的, 나의`)

/** `Above this line`, as help desks ask for it between dashes; patterns. */
export const ABOVE_THE_LINE =
  list(String.raw`(?:oberhalb|über) dies\p{L}{1,2} (?:linie|zeile), au-dessus de cette ligne, (?:encima|arriba) de esta línea,
  sopra (?:a )?questa (?:riga|linea), boven deze (?:regel|lijn), acima desta linha, powyżej tej (?:linii|kreski),
  над т(?:ази|ози) (?:линия|ред), (?:над|выше) эт\p{L}{1,2} (?:линии|линией|строки|строкой|черты|чертой|чертою),
  (?:над|вище) ц\p{L}{2,3} (?:лінії|лінією|рядка|рядком), nad t(?:outo|ímto|uto|ento) (?:čáru|čárou|řádek|řádkem),
  bu (?:çizginin|satırın) üst\p{L}{1,4}`)

/** How people say that they answered inside what they quote; the ends of words are left out. */
export const POINTS_BELOW =
  list(`below, inline, in red, in blue, in green, по-долу, в червено, ниже, красным, нижче, червоним, poniżej, na czerwono,
  unten, in rot, weiter unten, ci-dessous, en rouge, abajo, en rojo, più sotto, qui sotto, in rosso, hieronder,
  in het rood, abaixo, em vermelho, níže, červeně, aşağıda, kırmızı`)

/** Devices as patterns, for the ends that languages give them. */
export const DEVICES =
  list(String.raw`iphon\p{L}{1,6}, phone, smartphone, ipad\p{L}{0,5}, android, samsung, galaxy, nokia, blackberry, windows,
  huawei, honor, xiaomi, redmi, poco, realme, oneplus, motorola, pixel, sony, htc, fairphone, macbook, mobile, mobil,
  handheld, handy, tablet, telefon\w*, device, ger[aä]t, appareil, dispositivo, смартфон\p{L}*, таблет\p{L}*,
  устройств\p{L}*, пристро\p{L}*`)

/** Mail programs that put their name below a mail, as patterns. */
export const PHONE_PROGRAMS =
  list(String.raw`outlook, yahoo, gmail, proton, thunderbird, yandex, яндекс\p{L}*, mail\.ru, abv, абв, wp, onet, o2, interia,
  libero, seznam, email\.(?:cz|sk), orange, zoho, superhuman, spark, mailspring, mailbird, tuta, tutanota, mymail,
  bluemail, em client, canary, missive, airmail, k-9, hey, edison, typeapp, app, application, aplikac\p{L}{1,3},
  приложени\p{L}*`)

/** How Outlook's `Get Outlook for iOS` begins; the ends of its verbs are left out. */
export const GET_OUTLOOK =
  list(`get, изтег, вземе, скача, получ, загруз, pobierz, завантаж, отрима, holen, laden, obten, télécharg, obt, descarg,
  scarica, ottieni, download, baixar, stáhn, získ, hämta, hent, hanki, obțin, λήψη, nabavi, preuzmi`)

function list(words: string): readonly string[] {
  return words.split(/,\s+/)
}
