const phrases = (list: string): ReadonlySet<string> =>
  new Set(
    list
      .split('\n')
      .flatMap((line) => line.split('|'))
      .map((phrase) => phrase.trim())
      .filter((phrase) => phrase !== ''),
  )

/** What stands between dashes above a quoted mail, in lower case. */
export const ORIGINAL_MESSAGE = phrases(`
  original message | original appointment | reply message | originalnachricht | ursprüngliche nachricht | original-nachricht
  message d'origine | message d’origine | message original | mensaje original | mensagem original | messaggio originale
  oorspronkelijk bericht | origineel bericht | originalmeddelande | ursprungligt meddelande | original besked
  oprindelig meddelelse | opprinnelig melding | original melding | alkuperäinen viesti | wiadomość oryginalna
  oryginalna wiadomość | původní zpráva | pôvodná správa | eredeti üzenet | orijinal mesaj | özgün ileti | mesaj original
  исходное сообщение | оригинальное сообщение | вихідне повідомлення | αρχικό μήνυμα | הודעה מקורית | الرسالة الأصلية
  原始邮件 | 邮件原件 | 原始郵件 | 元のメッセージ | 원본 메시지 | tin nhắn gốc | pesan asli`)

/** What stands there above a forwarded mail: its text is new to the reader and is kept. */
export const FORWARDED_MESSAGE = phrases(`
  forwarded message | begin forwarded message | begin forwarded text | forwarded mail | weitergeleitete nachricht | anfang der weitergeleiteten nachricht
  message transféré | début du message réexpédié | mensaje reenviado | mensagem encaminhada | messaggio inoltrato
  doorgestuurd bericht | begin doorgestuurd bericht | vidarebefordrat meddelande | videresendt meddelelse | videresendt melding
  välitetty viesti | edelleenlähetetty viesti | przekazana wiadomość | přeposlaná zpráva | továbbított üzenet | iletilen mesaj
  пересылаемое сообщение | пересланное сообщение | προωθημένο μήνυμα | הודעה שהועברה | 转发的邮件 | 轉寄的郵件 | 転送メッセージ | 전달된 메시지`)

/** Labels of the header block that Outlook and others put above a quoted mail, in lower case, without the colon. */
export const FROM_LABELS = phrases(`
  from | von | de | da | van | från | fra | lähettäjä | od | от | від | kimden | gönderen | feladó | από | expéditeur | expeditor
  mittente | remitente | afzender | absender | 发件人 | 寄件者 | 差出人 | 보낸 사람 | 보낸사람 | מאת | من | từ | dari`)

export const DATE_LABELS = phrases(`
  sent | date | gesendet | datum | envoyé | envoyé le | enviado | enviado el | enviada em | enviado em | fecha | data | inviato
  inviato il | verzonden | verzonden op | skickat | sendt | dato | lähetetty | päivä | wysłano | odesláno | dátum | elküldve
  отправлено | дата | надіслано | gönderildi | gönderme tarihi | tarih | ημερομηνία | στάλθηκε | trimis | 发送时间 | 日期
  寄件日期 | 已傳送 | 送信日時 | 日時 | 보낸 날짜 | 날짜 | נשלח | תאריך | تاريخ الإرسال | التاريخ | ngày | đã gửi | tanggal`)

export const SUBJECT_LABELS = phrases(`
  subject | betreff | objet | asunto | assunto | oggetto | onderwerp | ämne | emne | aihe | temat | předmět | predmet | tárgy
  тема | konu | θέμα | subiect | 主题 | 主旨 | 件名 | 제목 | נושא | הנדון | الموضوع | chủ đề | subjek | perihal`)

export const TO_LABELS = phrases(`
  to | an | à | a | para | aan | till | til | vastaanottaja | do | komu | címzett | кому | kime | alıcı | προς | către | cc | kopie
  copie | cco | kopia | kopi | копия | 收件人 | 收件者 | 宛先 | 받는 사람 | 받는사람 | אל | לכבוד | إلى | đến | kepada | reply-to
  antwort an | répondre à`)

/** Words of "wrote" at the end of the line above a quote. Looked for in the lower-cased line. */
export const WROTE: readonly string[] = [
  ...phrases(`wrote | writes | schrieb | schreibt | a écrit | écrit | escribió | escribio | ha scritto | scrive | escreveu | schreef | skrev
  kirjoitti | napisał | pisze | napsal | napísal | написал | пишет | написав | пише | написа | yazdı | şunları yazdı | írta
  έγραψε | a scris | je napisao | je napisala | menulis | đã viết | כתב | كتب | 写道 | 寫道 | 写到 | 書きました | のメッセージ
  작성 | 님이 씀 | ने लिखा | เขียนว่า | said | geschrieben`),
]

/** Words with which the line above a quote starts. */
export const OPENERS: readonly string[] = [
  ...phrases(`on | am | le | el | il | il giorno | em | op | den | w dniu | dnia | dne | dňa | в | во | στις | la | pe | pada | vào
  в сообщении | 在 | 於 | בתאריך | في | tarihinde | am:`),
]

/** Lines with which phones and programs sign, in lower case; each starts the line. */
export const SIGNED_BY_PROGRAM: readonly string[] = [
  ...phrases(`sent from my | sent from mail for | sent from outlook | sent from yahoo | sent from proton | sent via | sent with
  get outlook for | von meinem | gesendet von | gesendet mit | diese nachricht wurde von | envoyé de mon | envoyé depuis | envoyé avec
  enviado desde mi | enviado do meu | enviado desde | enviado a partir | inviato da | inviato dal mio | verzonden vanaf mijn
  verstuurd vanaf | verzonden met | skickat från min | skickades från | sendt fra min | lähetetty | wysłane z | wysłano z | odesláno z
  odoslané z | отправлено с | отправлено из | надіслано з | iphone'umdan gönderildi | küldve | απεστάλη από | 发自我的 | 從我的
  iphoneから送信 | 나의 iphone에서 보냄`),
]
