const MAX_CHARS = 4_000

/** Whether a subject is one that mail systems give to bounces, in the languages they write in. */
export function isBounceSubject(subject: string): boolean {
  return !IS_REPLY.test(subject) && SUBJECT.test(subject.slice(0, 300))
}

/** Whether a mail's first words say that a mail could not be delivered, as mail systems say it. */
export function isBounceText(text: string): boolean {
  return TEXT.test(text.slice(0, MAX_CHARS).replace(/\s+/g, ' '))
}

// People answer bounces, and forward them; mail systems do neither.
const IS_REPLY = /^\s*(?:re|aw|antw|odp|отг|ответ|sv|vs|rif|res|fwd?|wg|tr|пр)(?: ?\[\d{1,3}\])? ?:/i
const SUBJECT =
  /\[bounce\]|message frozen|undeliver(?:able|ed)|non[- ]?deliver|deliver(?:y|ed|ing)?[ -]?(?:status|fail|problem|report|error|notification|incomplete|delayed|unsuccessful|temporar|attempt)|failure (?:notice|delivery|notification)|fail(?:ed|ure)? (?:to deliver|delivery|mail|message|e-?mail)|(?:mail|message|e-?mail).{0,40}(?:not (?:be )?(?:deliver|sent)|undeliver|fail(?:ed|ure)|bounce|return|reject|error)|return(?:ed|ing) (?:e-?mail|mail|message|to sender)|mail (?:delivery|system|error|status)|could not (?:be )?(?:send|sent|deliver)|cannot (?:be )?(?:send|sent|deliver)|there was an error sending|bounced? (?:mail|message)|warning: (?:could not|message)|user unknown|delivery notification|notice: mail delivery|permanent delivery|không gửi|не ?доставлен|недоставен|невозможно доставить|не может быть доставлен|не вдалося доставити|недоставлен|niedostarczon|nie dostarczono|nie (?:może|można|udało się) dostarcz|zwrot (?:wiadomo|poczty)|unzustellbar|(?:konnte|kann) nicht zugestellt|nicht zustellbar|zustell.{0,10}fehl|fehler bei der zustellung|non remis|échec de (?:la )?(?:remise|distribution|livraison)|non distribu|courrier (?:non|en erreur)|no (?:se pudo|se ha podido) entregar|no entregad|error (?:de|en la) entrega|devuelto|mancat[ao] (?:recapito|consegna)|impossibile (?:recapitare|consegnare)|non recapitat|onbestelbaar|kan niet worden (?:afgeleverd|bezorgd)|niet (?:afgeleverd|bezorgd)|não (?:entregue|foi possível entregar)|falha (?:na|de) entrega|nedoručiteln|nedoručen|doručení .{0,20}selhalo|teslim edilemedi|iletilemedi|エラー(?:通知|メール)|配信(?:不能|エラー|できません)|送信(?:エラー|できません)|不達|返送|退信|无法(?:投递|送达)|投递失败|无法送达|배달.{0,4}실패|전송 실패/i

const TEXT =
  /(?:could not|couldn'?t|cannot|can ?not|can'?t|was not|wasn'?t|has not been|unable to|not able to|did not|failed to|were not) (?:be )?(?:successfully )?(?:deliver(?:ed)?|reach|sent to)|undeliver(?:able|ed)|deliver(?:y|ing)? (?:of|to|attempt|status|has|your|the|fail)?.{0,60}(?:fail|unsuccessful|not possible|impossible)|trouble delivering|permanent (?:fatal )?errors?|permanent failure|(?:address|recipient)(?:es|s|\(s\)|\(es\))? (?:had|failed|were affected|was rejected|rejected)|returned (?:to (?:the )?sender|mail|message|below)|mail delivery (?:system|failed|subsystem|software)|delivery status notification|this is the mailer-daemon|mail system at host|transcript of (?:the )?session|over(?: its)? quota|mailbox (?:is )?full|user unknown|unknown user|no such user|invalid final delivery|not a member of this|не может быть доставлено|не было доставлено|не удалось доставить|не е доставен|не може да бъде доставен|не вдалося доставити|nie (?:mogła|może|została|można|udało się).{0,20}dostarcz|(?:konnte|kann|konnten) (?:.{0,60})?nicht (?:zugestellt|übermittelt|zustell)|n'a pas (?:pu )?(?:être |été )?(?:remis|distribu|livr|délivr)|no (?:se )?(?:ha podido|pudo|puede) (?:ser )?entreg|non (?:è stato|può essere|ha potuto).{0,30}(?:recapitat|consegnat)|kon niet worden (?:afgeleverd|bezorgd)|não (?:pôde|pode|foi) (?:ser )?entreg|nebylo možné doručit|nemohla být doručena|teslim edilemedi|送信できません|配信できません|送信に失敗|届けることができません|お届けできません|无法(?:投递|送达)|投递失败|배달.{0,4}실패/i
