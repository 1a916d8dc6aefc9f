/** The thanks and pleasantries of one language, each a pattern of a whole phrase in lower case. */
type Phrases = { thanks: string; pleasantries: string }

const en: Phrases = {
  thanks: `(?:(?:ok|okay|alright|great|perfect|super|wonderful|excellent|awesome|cool|brilliant|fantastic|lovely|amazing|nice|yes|and|hi|hello|dear|hey|oh) ){0,3}(?:many |so many |a big |big |huge |much |a million |a thousand )?(?:thanks?|thank you|thank u|thankyou|thx|tnx|ty|tysm|cheers|much obliged|(?:greatly |much |very much |really )?appreciated|(?:i |we )?(?:really |very much |greatly )?appreciate (?:it|that|your help|your support|the help))(?: (?:a lot|lots|a million|a bunch|a ton|so much|so very much|very much|indeed|again|once again|once more|kindly|both|all|everyone|everybody|team|guys|folks|to you|to you all|sir|madam)){0,3}(?: for (?:all |all of )?(?:your|the|this|that|everything)?(?: ?(?:very|really|super|quick|fast|prompt|kind|great|swift|speedy|excellent|amazing|continued|and|timely)){0,4}(?: ?(?:help|reply|response|answer|support|assistance|service|time|feedback|information|info|update|clarification|explanation|efforts?|confirmation|patience|understanding|cooperation|hard work|it|that|letting me know|letting us know|getting back to me|getting back to us|helping(?: me| us)?(?: out)?|sorting (?:this|that|it)(?: out)?|all you do)){0,1}(?: and (?:help|support|patience|quick reply|time|understanding))?)?`,
  pleasantries:
    "ok|okay|great|perfect|super|wonderful|excellent|awesome|cool|brilliant|fantastic|lovely|amazing|nice|noted|understood|got it|all good|all is well|very kind|that's great|that is great|that's perfect|that is perfect|great (?:service|support|job|work|news|help)|excellent (?:service|support|job|work)|well done|you(?:'re| are) (?:the best|great|awesome|amazing|very kind|a star|a lifesaver|wonderful)|(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day))(?: (?:all|team|both|everyone|there|sir|madam|sir or madam|support))?|(?:with )?(?:my |our )?(?:best|kind|kindest|warm|warmest|many)?(?: and)? ?(?:regards|wishes|greetings)|best|all the best|yours|yours (?:sincerely|faithfully|truly)|sincerely|sincerely yours|respectfully|have a (?:nice|good|great|lovely|wonderful|pleasant|fantastic) (?:day|evening|weekend|week|one|morning|afternoon|time|holiday|rest of (?:the|your) (?:day|week))|(?:nice|good|great) (?:day|evening|weekend)|(?:a )?(?:happy|merry) (?:new year|christmas|easter|holidays)|you too|same to you|take care|bye|bye bye|goodbye|so much|very much|again|sent from my (?:iphone|ipad|android|samsung|mobile|phone|huawei|galaxy)(?: (?:phone|device|galaxy|smartphone))?|sent from (?:outlook|yahoo mail|mail|proton mail|samsung mobile)(?: for (?:ios|android|iphone|windows))?|get outlook for (?:ios|android)",
}

const bg: Phrases = {
  thanks:
    '(?:(?:ок|окей|добре|супер|чудесно|отлично|страхотно|да|перфектно|много|здравейте|здравей|привет|ехо|браво) ){0,3}(?:благодаря|благодарим|благодарности|мерси|хиляди благодарности|сърдечно благодаря)(?: (?:ви|ти|вам|много|отново|пак|още веднъж|сърдечно|на всички|на екипа|от сърце)){0,3}(?: за (?:бързия|бързата|бързото|отличния|отличната|любезния|любезното|съдействието|помощта|отговора|информацията|отделеното|разбирането|търпението|всичко|обслужването|вниманието|поддръжката|съвета|обратната)(?: (?:отговор|реакция|съдействие|обслужване|време|връзка|помощ|и|разбирането|ви|бързия|съдействието|отговора)){0,3})?',
  pleasantries:
    'ок|окей|добре|супер|чудесно|отлично|страхотно|перфектно|прекрасно|разбрах|ясно|браво|здравейте|здравей|привет|добър ден|добро утро|добър вечер|(?:с )?(?:най-добри пожелания|най-сърдечни поздрави)|(?:с |много |сърдечни |приятни |най-сърдечни )?(?:поздрави?|поздравления|уважение)|(?:лек|хубав|приятен|успешен|спорен|чудесен|прекрасен) (?:ден|следобед|уикенд)|(?:лека|хубава|приятна|успешна|спорна) (?:вечер|седмица|работа|нощ|почивка|почивни дни)|(?:хубави|весели|приятни) (?:празници|почивни дни)|желая ви (?:лек|хубав|приятен|успешен) ден|всичко (?:добро|най-добро|хубаво)|бъдете здрави|изпратено от (?:моя )?(?:iphone|ipad|android)|много ви|страхотни сте|невероятни сте',
}

const ru: Phrases = {
  thanks:
    '(?:(?:ок|окей|хорошо|отлично|супер|прекрасно|замечательно|здорово|да|понятно|понял|поняла|здравствуйте|добрый день|ура) ){0,3}(?:большое |огромное |спасибо большое |спасибо огромное |благодарю |сердечное )?(?:спасибо|спасибки|спс|благодарю|благодарим|благодарствую|благодарен|благодарна|признателен|признательна|искренне благодарю)(?: (?:вам|тебе|большое|огромное|еще раз|ещё раз|всем|вас|за все|за всё|от души|преогромное|большущее)){0,3}(?: за (?:быстрый|быструю|оперативный|оперативную|оперативность|помощь|ответ|информацию|поддержку|содействие|внимание|понимание|терпение|работу|разъяснение|разъяснения|обслуживание|подсказку|ваш|вашу|отличный|отличную|все|всё)(?: (?:ответ|реакцию|помощь|сервис|работу|и|поддержку|понимание|обслуживание|решение|оперативную|быстрый|вопроса)){0,3})?',
  pleasantries:
    'ок|окей|хорошо|отлично|супер|прекрасно|замечательно|здорово|понятно|ясно|понял|поняла|принято|класс|здравствуйте|привет|добрый (?:день|вечер)|доброе утро|доброго дня|доброго времени суток|(?:с |с наилучшими |с большим )?(?:уважением|пожеланиями|наилучшими пожеланиями)|всего (?:доброго|хорошего|наилучшего)|(?:хорошего|отличного|приятного|прекрасного|удачного) (?:дня|вечера|настроения)|хорошей недели|(?:хороших|приятных) выходных|удачи|до свидания|вы (?:лучшие|супер|молодцы)|отправлено с (?:моего )?(?:iphone|ipad|android|айфона)|отправлено из (?:мобильной )?(?:яндекс почты|почты mail|mail)|вам огромное|с праздником|с наступающим',
}

const uk: Phrases = {
  thanks:
    '(?:(?:ок|окей|добре|супер|чудово|відмінно|так|зрозуміло|вітаю|добрий день) ){0,3}(?:велике |щиро |дуже |красно )?(?:дякую|дякуємо|спасибі|вдячний|вдячна|вдячні|подяка)(?: (?:вам|тобі|дуже|щиро|велике|ще раз|красно|усім|всім)){0,3}(?: за (?:швидку|швидкий|оперативну|оперативність|допомогу|відповідь|інформацію|підтримку|сприяння|увагу|розуміння|терпіння|роботу|все|вашу|обслуговування)(?: (?:відповідь|допомогу|роботу|підтримку|реакцію|і|та|розуміння|швидку)){0,3})?',
  pleasantries:
    'ок|окей|добре|супер|чудово|відмінно|зрозуміло|прийнято|вітаю|привіт|доброго дня|добрий (?:день|вечір)|доброго ранку|(?:з |із )?(?:повагою|найкращими побажаннями)|(?:гарного|хорошого|чудового) (?:дня|вечора|настрою)|гарних вихідних|всього (?:найкращого|доброго)|на все добре|до побачення|надіслано з (?:мого )?(?:iphone|ipad|android)|слава україні',
}

const pl: Phrases = {
  thanks:
    '(?:(?:ok|okej|dobrze|super|świetnie|rewelacja|rewelacyjnie|doskonale|tak|rozumiem|dzień dobry|witam|cześć|bardzo|serdecznie|ślicznie|pięknie) ){0,3}(?:dziękuję|dziekuje|dziękuje|dziękujemy|dziekujemy|dzięki|dzieki|dziena|dzięks|podziękowania|wielkie dzięki|stokrotne dzięki)(?: (?:bardzo|serdecznie|wielkie|uprzejmie|ślicznie|pięknie|ogromnie|raz jeszcze|jeszcze raz|wam|panu|pani|państwu|ci|wszystkim)){0,3}(?: za (?:szybką|szybka|szybkie|błyskawiczną|ekspresową|pomoc|odpowiedź|odpowiedz|informację|informacje|informacja|wsparcie|obsługę|wyjaśnienie|wyjaśnienia|cierpliwość|zrozumienie|wszystko|poświęcony|miłą|fachową|waszą|państwa|pani|pana|kontakt)(?: (?:odpowiedź|odpowiedz|pomoc|reakcję|obsługę|czas|i|oraz|wsparcie|informację|działanie|miłą|zrozumienie)){0,3})?',
  pleasantries:
    "ok|okej|dobrze|super|świetnie|rewelacja|doskonale|rozumiem|jasne|dzień dobry|dzien dobry|dobry wieczór|witam|cześć|(?:z )?(?:wyrazami szacunku|poważaniem|powazaniem|pozdrowieniami)|(?:serdecznie |gorąco )?(?:pozdrawiam|pozdrawiamy|pozdrowienia|pozdro)(?: (?:serdecznie|ciepło|gorąco))?|miłego (?:dnia|wieczoru|weekendu|popołudnia)|życzę miłego (?:dnia|weekendu|wieczoru)|dobrego (?:dnia|weekendu|tygodnia)|udanego (?:dnia|weekendu)|wszystkiego (?:dobrego|najlepszego)|wesołych świąt|do widzenia|do usłyszenia|jesteście (?:super|najlepsi|wspaniali)|wysłane z (?:mojego )?(?:iphone'?a?|ipada?|androida?|telefonu)|wysłano z (?:mojego )?(?:iphone'?a?|androida?|telefonu)",
}

const de: Phrases = {
  thanks:
    '(?:(?:ok|okay|super|prima|perfekt|klasse|toll|wunderbar|alles klar|gut|sehr gut|ja|hallo|guten tag|und|dann) ){0,3}(?:vielen lieben |ganz herzlichen |vielen herzlichen |vielen |herzlichen |besten |lieben |schönen |großen |tausend |recht herzlichen |haben sie )?(?:danke|dank|danke dir|danke ihnen|ich danke(?: ihnen| euch| dir)?|wir danken(?: ihnen)?|merci|dankeschön|danke schön|danke sehr)(?: (?:schön|sehr|vielmals|nochmals?|noch einmal|ihnen|euch|dir|allen|herzlich|recht herzlich|dafür|auch)){0,3}(?: für (?:die|ihre|eure|deine|den|das|alles|ihr|ihren)?(?: ?(?:schnelle|rasche|prompte|super|tolle|freundliche|nette|gute|schnellen|hilfe|unterstützung|antwort|rückmeldung|information|infos|info|auskunft|bearbeitung|hilfsbereitschaft|mühe|service|support|geduld|verständnis|klärung|bestätigung|erledigung|und)){0,5})?',
  pleasantries:
    'ok|okay|super|prima|perfekt|klasse|toll|wunderbar|alles klar|sehr gut|verstanden|hallo(?: zusammen)?|guten (?:tag|morgen|abend)|moin|servus|grüezi|liebes team|sehr geehrte damen und herren|(?:mit )?(?:freundlichen|freundlichem|besten|lieben|herzlichen|schönen|vielen|viele|liebe|beste|herzliche|schöne|freundliche)?(?: |^)?(?:grüßen|grüssen|grüße|grüsse|gruß|gruss)|(?:lg|vg|mfg|bg)|(?:einen |ein |noch einen |ihnen (?:noch )?einen |euch einen )?(?:schönen|schönes|guten|angenehmen) (?:tag|abend|wochenende|feierabend|nachmittag|woche|rest(?:tag)?)(?: noch)?|schöne (?:woche|feiertage|grüße)|frohe (?:weihnachten|ostern|feiertage)|alles gute|bis dann|tschüss|ebenso|gleichfalls|(?:von|gesendet von) meinem? (?:iphone|ipad|handy|smartphone|samsung)(?: gesendet)?|ihr seid (?:super|die besten|toll)',
}

const fr: Phrases = {
  thanks:
    "(?:(?:ok|okay|d'accord|super|parfait|génial|excellent|très bien|oui|bonjour|bonsoir|et|un grand|mille) ){0,3}(?:merci|mercis|je vous remercie|je te remercie|nous vous remercions|avec (?:tous )?mes remerciements|remerciements)(?: (?:beaucoup|bien|infiniment|mille fois|encore|à vous|à toi|à tous|à toute l'équipe|encore une fois|vivement|sincèrement|énormément)){0,3}(?: (?:pour|de|d') ?(?:votre|ton|cette|ces|la|le|les|tout|vos|l')?(?: ?(?:rapide|prompte|excellente?|bonne|réponse|réponses|aide|réactivité|retour|information|informations|infos|explications|patience|compréhension|soutien|assistance|efficacité|temps|service|professionnalisme|confirmation|et|votre|l'aide)){0,5})?",
  pleasantries:
    "ok|okay|d'accord|super|parfait|génial|excellent|très bien|c'est noté|bien reçu|c'est parfait|bonjour|bonsoir|salut|madame|monsieur|madame monsieur|(?:bien )?(?:cordialement|amicalement|sincèrement)|(?:bien )?à (?:vous|toi)|(?:sincères |cordiales |mes )?salutations|salutations (?:distinguées|cordiales)|(?:bonne|excellente|belle) (?:journée|soirée|semaine|continuation|fin de journée|année|fête)s?|bon (?:week-end|weekend|après-midi)|(?:très )?bonnes? fêtes?|joyeux noël|à bientôt|au revoir|envoyé de(?:puis)? mon (?:iphone|ipad|mobile|téléphone|smartphone)|vous êtes (?:super|géniaux|les meilleurs)",
}

const es: Phrases = {
  thanks:
    '(?:(?:ok|okay|vale|perfecto|genial|excelente|estupendo|muy bien|sí|hola|buenos días|buenas tardes|buenas|listo|y) ){0,3}(?:muchas |muchísimas |mil |infinitas )?(?:gracias|se agradece|te lo agradezco|se lo agradezco|le agradezco|os lo agradezco|agradecido|agradecida)(?: (?:a ti|a usted|a ustedes|a vosotros|a todos|a vos|de nuevo|otra vez|nuevamente|una vez más|de verdad|de corazón|mil)){0,3}(?: por (?:su|tu|la|el|todo|vuestra|toda|las|los|vuestro)?(?: ?(?:rápida|pronta|excelente|gran|buena|amable|respuesta|ayuda|atención|apoyo|información|soporte|servicio|tiempo|aclaración|rapidez|comprensión|paciencia|gestión|colaboración|la|su|y)){0,5})?',
  pleasantries:
    'ok|okay|vale|perfecto|genial|excelente|estupendo|muy bien|entendido|recibido|de acuerdo|hola|buenos días|buenas (?:tardes|noches)|buenas|buen día|estimados|(?:un )?(?:cordial |cordiales |atentos? |muchos |fuerte )?(?:saludos?|abrazo)(?: cordiales)?|atentamente|(?:que (?:tenga|tengas|tengan) )?(?:un )?(?:buen|feliz|excelente|lindo|bonito) (?:día|fin de semana|tarde|semana)|(?:feliz|buena) (?:semana|tarde|noche|navidad)|felices fiestas|hasta (?:luego|pronto)|adiós|igualmente|enviado desde mi (?:iphone|ipad|móvil|celular)|sois (?:los mejores|geniales)',
}

const it: Phrases = {
  thanks:
    "(?:(?:ok|okay|perfetto|ottimo|benissimo|va bene|bene|sì|ciao|buongiorno|buonasera|salve|e) ){0,3}(?:tante |molte |mille |infinite )?(?:grazie|la ringrazio|vi ringrazio|ti ringrazio|ringrazio|ringraziamo|molto gentili|gentilissimi|gentilissima|gentilissimo)(?: (?:mille|tante|infinite|ancora|di nuovo|a voi|a lei|a te|a tutti|di cuore|di tutto|molte|infinitamente)){0,3}(?: (?:per|della|del|dell') ?(?:la|il|l'|tutto|le|i|vostra|vostro|tua|sua)?(?: ?(?:rapida|veloce|celere|pronta|gentile|vostra|vostro|sua|tua|risposta|aiuto|assistenza|disponibilità|informazione|informazioni|supporto|pazienza|cortesia|chiarimento|tempestività|collaborazione|servizio|riscontro|gentilezza|e|l'aiuto)){0,5})?",
  pleasantries:
    'ok|okay|perfetto|ottimo|benissimo|va bene|ricevuto|tutto chiaro|ciao|buongiorno|buonasera|buon pomeriggio|salve|gentili signori|(?:cordiali |distinti |cari )?saluti|cordialmente|un (?:caro )?saluto|buon(?:a)? (?:giornata|serata|lavoro|week-end|weekend|fine settimana|proseguimento|settimana|natale)|buone feste|arrivederci|a presto|altrettanto|inviato da(?:l mio)? (?:iphone|ipad|smartphone|cellulare)|siete (?:fantastici|i migliori|grandi)',
}

const nl: Phrases = {
  thanks:
    '(?:(?:ok|oké|oke|prima|super|perfect|top|fijn|mooi|geweldig|ja|hallo|goedemorgen|goedemiddag|beste|en) ){0,3}(?:heel erg |hartelijk |hartstikke |heel veel |heel |ontzettend |veel |vriendelijk )?(?:bedankt|dank|dank je|dank u|dank jullie|dankjewel|dankuwel|dank je wel|dank u wel|merci|thanks|mijn dank)(?: (?:wel|hartelijk|nogmaals|allemaal|zeer|hiervoor|daarvoor)){0,3}(?: voor (?:de|het|je|uw|jullie|alles|al)?(?: ?(?:snelle|vlotte|goede|fijne|prettige|hulp|reactie|antwoord|informatie|info|ondersteuning|service|geduld|moeite|uitleg|begrip|tijd|terugkoppeling|afhandeling|en)){0,5})?',
  pleasantries:
    'ok|oké|oke|prima|super|perfect|top|fijn|mooi|geweldig|begrepen|duidelijk|hallo|hoi|goedemorgen|goedemiddag|goedenavond|beste|geachte heer mevrouw|(?:met )?(?:vriendelijke|hartelijke|beste|warme)? ?(?:groet|groeten|groetjes)|mvg|(?:een |nog een )?(?:fijne|prettige|mooie|goede) (?:dag|avond|week|weekend|middag)(?: (?:verder|nog|gewenst))?|(?:fijn|prettig|goed) weekend|fijne feestdagen|tot ziens|insgelijks|verstuurd vanaf mijn (?:iphone|ipad|telefoon|mobiel)|verzonden vanaf mijn (?:iphone|ipad|telefoon)',
}

const pt: Phrases = {
  thanks:
    '(?:(?:ok|okay|perfeito|ótimo|excelente|muito bem|sim|olá|oi|bom dia|boa tarde|boa noite|certo|maravilha|e) ){0,3}(?:muito |muitíssimo |mil |bem )?(?:obrigad[oa]s?|obrigadão|agradeço|agradecemos|grat[oa]|agradecid[oa]|valeu|obg)(?: (?:muito|mesmo|mais uma vez|novamente|de novo|a todos|a vocês|de coração|imenso|a você)){0,3}(?: (?:pela|pelo|pelas|pelos|por|a|o) ?(?:sua|seu|vossa|tua|tudo|toda)?(?: ?(?:rápida|pronta|excelente|boa|resposta|ajuda|atenção|apoio|informação|informações|suporte|atendimento|tempo|esclarecimento|paciência|compreensão|rapidez|retorno|disponibilidade|e)){0,5})?',
  pleasantries:
    'ok|okay|perfeito|ótimo|excelente|muito bem|entendido|recebido|certo|combinado|olá|oi|bom dia|boa (?:tarde|noite)|prezados|(?:com os )?(?:melhores |cordiais )?(?:cumprimentos|saudações)|atenciosamente|att|abraços?|um abraço|(?:tenha )?(?:um |uma )?(?:bom|ótimo|boa|ótima|excelente) (?:dia|tarde|noite|fim de semana|final de semana|semana|trabalho)|boas festas|feliz natal|até (?:logo|breve)|igualmente|enviado do meu (?:iphone|ipad|celular|telemóvel|smartphone)',
}

const cs: Phrases = {
  thanks:
    '(?:(?:ok|dobře|super|skvělé|výborně|perfektní|ano|rozumím|dobrý den|ahoj|moc|mockrát|velmi|a) ){0,3}(?:děkuji|děkuju|děkujeme|dekuji|dekuju|díky|diky|dík|děkuji vám|velké díky|velký dík)(?: (?:vám|ti|moc|mockrát|velmi|ještě jednou|všem|srdečně|pěkně)){0,3}(?: za (?:rychlou|rychlé|promptní|skvělou|ochotnou|vaši|vaší|pomoc|odpověď|odpoved|informaci|informace|podporu|ochotu|vstřícnost|trpělivost|pochopení|vyřízení|vysvětlení|všechno|vše|spolupráci|čas)(?: (?:odpověď|pomoc|reakci|vyřízení|jednání|a|podporu|ochotu|rychlou)){0,3})?',
  pleasantries:
    'ok|dobře|super|skvělé|výborně|perfektní|rozumím|jasně|dobrý (?:den|večer)|dobré (?:ráno|odpoledne)|ahoj|(?:s )?(?:pozdravem|přátelským pozdravem|úctou)|(?:srdečně )?zdravím|(?:hezký|pěkný|krásný|příjemný) (?:den|večer|víkend|zbytek dne)|přeji (?:hezký|pěkný|krásný) (?:den|víkend)|hezké (?:odpoledne|svátky)|veselé vánoce|na shledanou|nashledanou|mějte se(?: hezky| pěkně)?|odesláno z (?:mého )?(?:iphonu|iphone|ipadu|androidu)|nápodobně',
}

const tr: Phrases = {
  thanks:
    '(?:(?:ok|tamam|harika|süper|mükemmel|evet|merhaba|iyi günler|çok|peki|anladım) ){0,3}(?:(?:hızlı |güzel |tüm ){0,2}(?:ilginiz|yardımınız|yardımlarınız|cevabınız|yanıtınız|desteğiniz|her şey|bilgi|geri dönüşünüz|dönüşünüz|ilgi)(?: ve (?:yardımınız|desteğiniz|ilginiz))? için )?(?:çok )?(?:teşekkürler|teşekkür|teşekkür ederim|teşekkür ederiz|tesekkurler|tesekkur ederim|sağ olun|sağolun|sağ ol|sağol|minnettarım)(?: (?:ederim|ederiz|çok|tekrar|tekrardan|size|sana|herkese)){0,3}',
  pleasantries:
    "ok|tamam|tamamdır|harika|süper|mükemmel|anladım|anlaşıldı|merhaba|merhabalar|selam|selamlar|(?:iyi|kolay) (?:günler|çalışmalar|akşamlar|geceler|haftalar|gelsin|hafta sonları|dilekler)|günaydın|saygılar(?:ımla)?|saygılarımızla|sevgiler|görüşmek üzere|hoşça kalın|i̇yi (?:günler|çalışmalar|akşamlar)|iphone'umdan gönderildi",
}

/** By language code, so that a missing one is seen. */
const PHRASES: Readonly<Record<string, Phrases>> = { en, bg, ru, uk, pl, de, fr, es, it, nl, pt, cs, tr }

/** A whole phrase that thanks, in any of the languages. */
export const THANKS = whole(Object.values(PHRASES).map(one => one.thanks))

/** A whole phrase that greets, agrees or takes leave, in any of the languages. */
export const PLEASANTRIES = whole(Object.values(PHRASES).map(one => one.pleasantries))

function whole(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.map(pattern => `(?:${pattern})`).join('|')})$`, 'u')
}
