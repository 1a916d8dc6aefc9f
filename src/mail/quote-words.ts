// What mail programs write around the mail they quote, by meaning. Languages: en, bg, ru, pl, uk, de, fr, es,
// it, nl, pt, cs, tr, and sv, da, no, fi, ro, el, sk, hu, hr, sr, sl, lt, lv, et, vi, ca, ja, zh, ko, he.

/** The verb of an introduction (`On …, Ann wrote:`): at its end, or inside it before the name. */
export const INTRO_VERBS =
  list(`wrote, writes, sent, написа, написа(ла), пише, изпрати, написал, написала, написал(а), написал(-а), пишет,
  писал, писал(а), писала, написав, написав(-ла), написав(ла), написал/а, napisał, napisała, napisał(a),
  napisał/a, pisze, napisał(-a), schrieb, geschrieben, a écrit, écrit, escribió, escreveu, ha scritto,
  scrisse, scritto, schreef, geschreven, skrev, følgende, kirjoitti, napsal, napsal(a), napsala, napísal,
  napísal(a), napísala, yazdı, yazmış, şunu yazdı, έγραψε, a scris, skrifaði, írta, ezt írta, napisao,
  napisala, napisao/la je, napisao je, je napisao/la, je napisal/a, написао је, је написао/ла, напиша, rašė,
  rakstīja, kirjutas, đã viết, va escriure, menulis, tulis, 写道, 寫道, 写, のメール, 님이 작성, כתב, כתב/ה, odesílatel,
  użytkownik`)

/** How introductions begin. A number, `Tue, 2` in any language and `Ann <` are read as beginnings too. */
export const INTRO_STARTS =
  list(`on, at, in, am, le, el, il, em, op, den, dne, dnia, w dniu, на, в, от, у, pe, pt., în, στις, wiadomość,
  ngày, vào, dana, dňa, kl, pon., wt., śr., czw., sob., niedz., пн, вт, ср, чт, пт, сб, вс, нд, zo, ma, di,
  wo, do, vr, za, in data, message du, pada, el día, il giorno, в отговор на, du`)

/** Above a quoted mail, between dashes. */
export const REPLY_DIVIDERS =
  list(`original message, original appointment, reply message, original email, original mail, исходное сообщение,
  оригинальное сообщение, первоначальное сообщение, исходное письмо, оригинално съобщение, оригинално писмо,
  първоначално съобщение, оригинален имейл, oryginalna wiadomość, wiadomość oryginalna,
  treść oryginalnej wiadomości, oryginalny e-mail, оригінальне повідомлення, вихідне повідомлення,
  початкове повідомлення, ursprüngliche nachricht, originalnachricht, original-nachricht, ursprüngliche mail,
  message d'origine, message d’origine, message original, mensaje original, messaggio originale,
  mensagem original, oorspronkelijk bericht, původní zpráva, původní e-mail, pôvodná správa, özgün ileti,
  orijinal ileti, orijinal mesaj, originalmeddelande, ursprungligt meddelande, oprindelig meddelelse,
  oprindelig besked, original besked, opprinnelig melding, alkuperäinen viesti, mesaj original,
  mesajul original, αρχικό μήνυμα, eredeti üzenet, originalna poruka, оригинална порука, izvorno sporočilo,
  originalus laiškas, missatge original, thư gốc, 元のメッセージ, 原始邮件, 邮件原件, 原始郵件, 원본 메시지`)

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
    odosielateľ, expeditor, afsender, avsender, avsändare, từ, 差出人, 送信者, 发件人, 寄件者, 보낸 사람, prepared by,
    reply-to`),
  sent: list(`sent, date, sent on, date sent, изпратено, изпратен, изпратено на, дата, отправлено, дата отправки,
    wysłano, wysłane, data, data wysłania, надіслано, відправлено, дата відправлення, gesendet, gesendet am,
    datum, envoyé, envoyé le, message du, enviado, enviado el, enviado em, enviada em, enviada, fecha,
    inviato, inviata, verzonden, verstuurd, odesláno, odoslané, dátum, skickat, skickat den, sendt, dato,
    lähetetty, päivämäärä, päiväys, gönderildi, gönderilme, gönderim tarihi, tarih, trimis, dată, στάλθηκε,
    ημερομηνία, elküldve, poslano, послато, đã gửi, ngày, 送信日時, 日付, 发送时间, 日期, 寄件日期, 보낸 날짜, när, hora`),
  to: list(`to, до, кому, получател, do, adresat, an, empfänger, à, para, a, aan, pro, komu, pre, kime, alıcı, till,
    til, vastaanottaja, către, catre, la, προς, címzett, za, destinataire, destinatario, đến, 宛先, 收件人, 收件者,
    받는 사람, mottagare`),
  cc: list(`cc, копие, копие до, копия, dw, копія, kopie, copie, copie à, copia, kopi, bilgi, másolat`),
  subject:
    list(`subject, относно, тема, temat, betreff, objet, sujet, asunto, oggetto, onderwerp, assunto, předmět,
    predmet, konu, ämne, emne, aihe, subiect, θέμα, tárgy, chủ đề, 件名, 主题, 主題, 제목, dotyczy`),
}

/** Before the name of a phone or a program, on the last line of a mail. */
export const SENT_FROM =
  list(`sent from, sent via, sent with, sent using, get outlook for, изпратено от, изпратено чрез, изпратено с,
  отправлено с, отправлено из, отправлено через, отправлено от, wysłano z, wysłane z, wysłano za pomocą,
  надіслано з, надіслано через, відправлено з, von meinem, gesendet von, gesendet mit,
  von unterwegs gesendet, diese nachricht wurde von meinem, envoyé de, envoyé depuis, envoyé à partir,
  télécharger outlook pour, enviado desde, enviado do, enviado a partir, enviado de, obtener outlook,
  obter o outlook, inviato da, inviato dal, verzonden vanaf, verstuurd vanaf, verzonden met, verzonden via,
  odesláno z, odesláno ze, odoslané z, iphone'umdan gönderildi, gönderildi, skickat från, skickades från,
  sendt fra, lähetetty, trimis de pe, trimis din, στάλθηκε από, εστάλη από, küldve, poslano s, poslano iz,
  послато са, được gửi từ, enviat des, iphoneから送信, 从我的, 發自我的, 나의`)

function list(words: string): readonly string[] {
  return words.split(/,\s+/)
}
