/* Names of countries beside those of ICU. Where each comes from:
 *
 *   - ISO 3166-1 and the UN's formal and short names in six languages (UN terminology), where ICU's CLDR name differs;
 *   - ICAO Doc 9303 part 3, section 5: the codes of documents that are no ISO codes ("d", "gbd", "rks");
 *   - ISO 3166-3: former countries and their codes; INTERPOL and OFAC lists still name them;
 *   - English adjectives and names of inhabitants: general knowledge of English, after the UN's and the British
 *     government's lists of nationalities;
 *   - spellings that OFAC, UN, EU and UK lists use ("Burma", "Korea, North", "Ivory Coast").
 *
 * What is only a formal word around a known name ("Republic of ...") need not be here: country.c takes it off. */
#include "names/country_table.h"

const struct country_alias country_aliases[] = {
	{"ad", "andorran"},
	{"ae", "uae|u a e|emirati|emirian|united arab emirates|emirates|الامارات|الامارات العربية|arab "
               "emirates|emiratos arabes|оаэ"},
	{"af", "afghan|afghani|афган|islamic emirate of afghanistan"},
	{"ag", "antiguan|barbudan|antigua"},
	{"ai", "anguillan"},
	{"al", "albanian"},
	{"am", "armenian"},
	{"an",
         "netherlands antilles|antilles neerlandaises|antillas neerlandesas|нидерландские антильские острова|anhh|ant"},
	{"ao", "angolan"},
	{"ar", "argentine|argentinian|argentinean"},
	{"at", "austrian|oesterreich|österreich"},
	{"au", "australian"},
	{"aw", "aruban"},
	{"az", "azerbaijani|azeri|azerbaidjan|azerbaijan republic|azerbaijani republic|азербайджанская республика"},
	{"ba", "bosnian|bosnian and herzegovinian|herzegovinian|bosnia|bosnia hercegovina|bosnia herzegovina"},
	{"bb", "barbadian|bajan"},
	{"bd", "bangladeshi|bengali"},
	{"be", "belgian|belgie|belgië"},
	{"bf", "burkinabe|burkinan|upper volta|hv|hvbf"},
	{"bg", "bulgarian|болгария"},
	{"bh", "bahraini|bahreini|bahrein"},
	{"bi", "burundian"},
	{"bj", "beninese|beninois|dahomey|dy|dybj"},
	{"bm", "bermudian|bermudan"},
	{"bn", "bruneian|brunei darussalam|бруней даруссалам|brunei darusalam|文莱达鲁萨兰国|文莱国"},
	{"bo", "bolivian|bolivia plurinational state of|estado plurinacional de bolivia|многонациональное государство "
               "боливия"},
	{"br", "brazilian|brasil|brasileiro|federative republic of brazil"},
	{"bs", "bahamian|the bahamas|commonwealth of the bahamas"},
	{"bt", "bhutanese"},
	{"bw", "motswana|batswana|botswanan"},
	{"by",
         "belarusian|belorussian|byelorussian|byelorussia|belorussia|byelorussian ssr|bielorussie|белоруссия|bys|byaa"},
	{"bz", "belizean"},
	{"ca", "canadian"},
	{"cd", "democratic republic of the congo|democratic republic of congo|congo democratic republic|congo "
               "democratic republic of the|"
               "democratic republic congo|dr congo|drc|d r congo|congo kinshasa|congo dr|zaire|zairian|zr|zrcd|zar|rdc|"
               "the democratic republic of the congo|congo the democratic republic of the|kinshasa congo|"
               "republique democratique du congo|la republique democratique du congo|congo republique democratique du|"
               "republica democratica del congo|демократическая республика конго|др конго|جمهورية الكونغو الديمقراطية|"
               "الكونغو الديمقراطية|刚果民主共和国|刚果 金"},
	{"cf", "central african|car|centrafrique|центральноафриканская республика|republique centrafricaine"},
	{"cg", "congo|republic of the congo|republic of congo|congo republic|congo republic of the|congo brazzaville|"
               "brazzaville congo|congolese|republique du congo|republica del congo|конго|республика конго|الكونغو|"
               "جمهورية الكونغو|刚果|刚果共和国|刚果 布"},
	{"ch", "swiss|swiss confederation|schweiz|svizzera|switzerland|confederation suisse|confederacion suiza|"
               "швейцарская конфедерация|الاتحاد السويسري|瑞士联邦"},
	{"ci", "ivory coast|ivorian|ivoirian|cote d ivoire|cote divoire|cote d ivorie|берег слоновой кости"},
	{"ck", "cook islander"},
	{"cl", "chilean"},
	{"cm", "cameroonian"},
	{"cn", "chinese|prc|p r c|people s republic of china|peoples republic of china|china mainland|mainland "
               "china|pr china|"
               "p r china|republique populaire de chine|republica popular china|republica popular de china|"
               "китайская народная республика|кнр|جمهورية الصين الشعبية|中华人民共和国|中國"},
	{"co", "colombian|columbia"},
	{"cr", "costa rican"},
	{"cs", "czechoslovakia|czechoslovak|czechoslovakian|czechoslovak socialist republic|csk|cshh|csxx|scg|serbia "
               "and montenegro|"
               "tchecoslovaquie|checoslovaquia|чехословакия|تشيكوسلوفاكيا|捷克斯洛伐克|сербия и черногория"},
	{"cu", "cuban"},
	{"cv", "cabo verde|cape verdean|cabo verdean|республика кабо верде|佛得角"},
	{"cy", "cypriot|cypriote"},
	{"cz", "czech|czech republic|czechia|чешская республика|republique tcheque|republica "
               "checa|捷克共和国|الجمهورية التشيكية"},
	{"dd",
         "german democratic republic|east germany|gdr|ddr|ddde|east german|republique democratique allemande|"
         "republica democratica alemana|германская демократическая республика|гдр|الجمهورية الديمقراطية الالمانية"},
	{"de",
         "d|german|deutschland|deutsch|federal republic of germany|west germany|frg|brd|bundesrepublik deutschland|"
         "republique federale d allemagne|федеративная республика германия|фрг|德意志联邦共和国"},
	{"dj", "djiboutian|afars and issas"},
	{"dk", "danish|dane|danmark"},
	{"dm", "dominica|commonwealth of dominica"},
	{"do", "dominican republic|dominican|republica dominicana|republique dominicaine|доминиканская республика"},
	{"dz", "algerian|people s democratic republic of algeria"},
	{"ec", "ecuadorian|ecuadorean"},
	{"ee", "estonian|эстонская республика"},
	{"eg", "egyptian|arab republic of egypt|united arab republic|u a r|misr"},
	{"eh", "sahrawi|saharan|western sahara|sahara occidental|sahrawi arab democratic republic"},
	{"er", "eritrean"},
	{"es", "spanish|spaniard|espana|españa"},
	{"et", "ethiopian|abyssinia"},
	{"fi", "finnish|finn|suomi"},
	{"fj", "fijian|fiji islands"},
	{"fk", "falkland islands malvinas|falkland islands|malvinas|islas malvinas"},
	{"fm", "micronesian|federated states of micronesia|micronesia federated states of|etats federes de micronesie|"
               "estados federados de micronesia|федеративные штаты микронезии|密克罗尼西亚联邦"},
	{"fo", "faroese|faeroe islands|faroe islands"},
	{"fr",
         "french|fx|french republic|republique francaise|metropolitan france|французская республика|republica francesa|"
         "الجمهورية الفرنسية|法兰西共和国"},
	{"ga", "gabonese|gabonese republic"},
	{"gb",
         "uk|u k|british|briton|english|scottish|welsh|northern irish|northern ireland|great britain|britain|england|"
         "scotland|wales|gbd|gbn|gbo|gbp|gbs|united kingdom|united kingdom of great britain and northern ireland|"
         "british subject|british national overseas|british overseas citizen|royaume uni|royaume uni de grande "
         "bretagne|"
         "royaume uni de grande bretagne et d irlande du nord|reino unido de gran bretana e irlanda del norte|"
         "соединенное королевство|соединенное королевство великобритании и северной ирландии|великобритания|"
         "المملكة المتحدة|المملكة المتحدة لبريطانيا العظمى وايرلندا الشمالية|بريطانيا|英国|"
         "大不列颠及北爱尔兰联合王国|gran bretana|grande bretagne"},
	{"gd", "grenadian"},
	{"ge", "georgian"},
	{"gf", "french guianese"},
	{"gh", "ghanaian|ghanian"},
	{"gi", "gibraltarian"},
	{"gl", "greenlandic|greenlander"},
	{"gm", "gambian|the gambia|islamic republic of the gambia"},
	{"gn", "guinean"},
	{"gq", "equatorial guinean|equatoguinean"},
	{"gr",
         "el|greek|hellenic republic|hellas|hellenic|republique hellenique|republica helenica|греческая республика|"
         "الجمهورية اليونانية|希腊共和国"},
	{"gt", "guatemalan"},
	{"gw", "bissau guinean|guinea bissauan|guinea bisau"},
	{"gy", "guyanese|british guiana"},
	{"hk", "hong kong|hongkong|hong kong sar|hong kong s a r|hong kong china|hong kong special administrative "
               "region|hong konger|"
               "china hong kong|china hong kong special administrative region|hong kong special administrative region "
               "of china|"
               "hong kong special administrative region of the people s republic of china|香港|гонконг|сянган|هونغ "
               "كونغ|中国香港"},
	{"hn", "honduran"},
	{"hr", "croatian|croat|hrvatska"},
	{"ht", "haitian"},
	{"hu", "hungarian|magyar"},
	{"id", "indonesian"},
	{"ie", "irish|eire|ireland republic of|republic of ireland"},
	{"il", "israeli"},
	{"im", "manx"},
	{"in", "indian"},
	{"iq", "iraqi"},
	{"ir", "iranian|persian|persia|iran islamic republic of|islamic republic of iran|исламская республика иран|"
               "republique islamique d iran|جمهورية ايران الاسلامية|伊朗伊斯兰共和国"},
	{"is", "icelandic|icelander"},
	{"it", "italian|italia|italian republic|итальянская республика"},
	{"je", "jerseyman"},
	{"jm", "jamaican"},
	{"jo", "jordanian|hashemite kingdom of jordan"},
	{"jp", "japanese|nippon|nihon"},
	{"ke", "kenyan"},
	{"kg", "kyrgyz|kyrgyzstani|kirghiz|kirgiz|kirghizia|kyrgyz republic|kirgizstan|кыргызстан|киргизия|кыргызская "
               "республика|"
               "киргизская республика|republique kirghize|republica kirguisa"},
	{"kh", "cambodian|khmer|kampuchea|khmer republic"},
	{"ki", "i kiribati"},
	{"km", "comorian|comoran|union of the comoros"},
	{"kn", "kittitian|nevisian|saint christopher and nevis|st kitts|saint kitts"},
	{"kp", "north korea|north korean|korea north|dprk|d p r k|d p r korea|dpr korea|democratic people s republic "
               "of korea|"
               "democratic peoples republic of korea|korea democratic people s republic of|"
               "korea the democratic people s republic of|democratic people s rep of korea|"
               "republique populaire democratique de coree|republica popular democratica de corea|"
               "корейская народно демократическая республика|кндр|جمهورية كوريا الشعبية الديمقراطية|"
               "朝鲜民主主义人民共和国|朝鮮|北韩|北朝鲜|朝鲜"},
	{"kr", "south korea|south korean|korea south|korea|korean|republic of korea|korea republic of|rok|korea the "
               "republic of|"
               "republique de coree|republica de corea|республика корея|جمهورية كوريا|大韩民国|大韓民國"},
	{"kw", "kuwaiti"},
	{"ky", "caymanian|cayman"},
	{"kz", "kazakh|kazakhstani|kazak"},
	{"la", "lao|laotian|lao people s democratic republic|lao pdr|lao p d r|republique democratique populaire lao|"
               "republica democratica popular lao|лаосская народно демократическая республика|"
               "جمهورية لاو الديمقراطية الشعبية|老挝人民民主共和国"},
	{"lb", "lebanese|lebanese republic|liban|ливанская республика|الجمهورية اللبنانية"},
	{"lc", "saint lucian|st lucian"},
	{"li", "liechtensteiner"},
	{"lk", "sri lankan|ceylon|ceylonese"},
	{"lr", "liberian"},
	{"ls", "mosotho|basotho"},
	{"lt", "lithuanian"},
	{"lu", "luxembourger|luxembourgish|luxemburg"},
	{"lv", "latvian|латвийская республика"},
	{"ly", "libyan|libyan arab jamahiriya|socialist people s libyan arab jamahiriya|great socialist people s "
               "libyan arab jamahiriya"},
	{"ma", "moroccan"},
	{"mc", "monegasque|monacan"},
	{"md", "moldovan|moldavian|moldavia|moldova republic of|молдова"},
	{"me", "montenegrin|crna gora"},
	{"mg", "malagasy|madagascan"},
	{"mh", "marshallese"},
	{"mk", "macedonian|macedonia|north macedonian|former yugoslav republic of macedonia|the former yugoslav "
               "republic of macedonia|"
               "fyrom|fyr macedonia|macedonia the former yugoslav republic of|macedoine|republic of north macedonia"},
	{"ml", "malian"},
	{"mm", "myanmar|burma|burmese|burma myanmar|union of myanmar|bu|bumm|bur|birmanie|birmania|бирма|республика "
               "союз мьянма|"
               "جمهورية اتحاد ميانمار"},
	{"mn", "mongolian|mongol"},
	{"mo", "macao|macau|macao sar|macau sar|macanese|macao special administrative region|china macao|"
               "china macao special administrative region|макао|аомынь|ماكاو|澳门|中国澳门"},
	{"mp", "northern marianas"},
	{"mr", "mauritanian"},
	{"mt", "maltese"},
	{"mu", "mauritian"},
	{"mv", "maldivian"},
	{"mw", "malawian|nyasaland"},
	{"mx", "mexican|united mexican states|mejico|estados unidos mexicanos|etats unis du mexique|мексиканские "
               "соединенные штаты|"
               "الولايات المتحدة المكسيكية|墨西哥合众国"},
	{"my", "malaysian|malaya"},
	{"mz", "mozambican"},
	{"na", "namibian"},
	{"ne", "nigerien"},
	{"ng", "nigerian"},
	{"ni", "nicaraguan"},
	{"nl", "dutch|holland|nederland|hollander|королевство нидерландов|netherlands kingdom of the|голландия"},
	{"no", "norwegian|norge"},
	{"np", "nepalese|nepali"},
	{"nr", "nauruan"},
	{"nz", "new zealander"},
	{"om", "omani|muscat and oman"},
	{"pa", "panamanian"},
	{"pe", "peruvian"},
	{"pf", "french polynesian"},
	{"pg", "papua new guinean|papuan"},
	{"ph", "filipino|philippine|filipina|republic of the philippines|филиппины"},
	{"pk", "pakistani"},
	{"pl", "polish|pole|polska"},
	{"ps",
         "palestine|palestina|palestinian|palestine state of|state of palestine|occupied palestinian territory|gaza "
         "strip|gaza|"
         "west bank|the west bank|west bank and gaza|palestinian territory occupied|palestinian territory|palestinian "
         "authority|"
         "pse|etat de palestine|estado de palestina|государство палестина|دولة فلسطين|فلسطين|巴勒斯坦国|巴勒斯坦"},
	{"pt", "portuguese|portuguese republic|португальская республика"},
	{"pw", "palauan"},
	{"py", "paraguayan"},
	{"qa", "qatari"},
	{"ro", "romanian|rumania|rom|roumania"},
	{"rs", "serbian|serb|srbija"},
	{"ru", "russian|russian federation|federation de russie|rossiya|российская федерация|рф|federacion de "
               "rusia|الاتحاد الروسي|"
               "روسيا الاتحادية|俄罗斯联邦|俄国"},
	{"rw", "rwandan|rwandese|ruanda"},
	{"sa", "saudi|saudi arabian|ksa|k s a|kingdom of saudi arabia|королевство саудовская аравия|المملكة العربية "
               "السعودية|السعودية"},
	{"sb", "solomon islander"},
	{"sc", "seychellois"},
	{"sd", "sudanese"},
	{"se", "swedish|swede|sverige"},
	{"sg", "singaporean"},
	{"si", "slovene|slovenian|slovenija"},
	{"sk", "slovak|slovakian|slovak republic|slovakia|словацкая республика|republique slovaque|republica "
               "eslovaca|سلوفاكيا"},
	{"sl", "sierra leonean"},
	{"sm", "sammarinese"},
	{"sn", "senegalese"},
	{"so", "somali|somalian|somali republic"},
	{"sr", "surinamese|dutch guiana"},
	{"ss", "south sudanese"},
	{"st", "sao tomean|sao tome"},
	{"su",
         "soviet union|ussr|u s s r|soviet|union of soviet socialist republics|sun|suhh|union sovietique|urss|u r s s|"
         "union of the soviet socialist republics|union des republiques socialistes sovietiques|"
         "union de republicas socialistas sovieticas|ссср|советский союз|союз советских социалистических республик|"
         "الاتحاد السوفيتي|اتحاد الجمهوريات الاشتراكية السوفياتية|苏联"},
	{"sv", "salvadoran|salvadorean|salvadorian"},
	{"sy",
         "syrian|syrian arab republic|republique arabe syrienne|republica arabe siria|сирийская арабская республика|"
         "الجمهورية العربية السورية|阿拉伯叙利亚共和国"},
	{"sz", "swazi|swaziland|kingdom of swaziland|свазиленд"},
	{"td", "chadian"},
	{"tg", "togolese|togolese republic"},
	{"th", "thai|siam"},
	{"tj", "tajik|tajikistani|tadjikistan|tadzhikistan|tadzhik"},
	{"tl", "timorese|east timor|east timorese|timor leste|tp|tptl|tmp|восточный тимор"},
	{"tm", "turkmen|turkmenistani|turkoman"},
	{"tn", "tunisian"},
	{"to", "tongan"},
	{"tr", "turk|turkish|turkey|turkiye|türkiye|turquie|turquia|турецкая республика|turkish republic"},
	{"tt", "trinidadian|tobagonian|trinidad"},
	{"tv", "tuvaluan"},
	{"tw", "taiwanese|taiwan|taiwan province of china|taiwan province of the people s republic of china|republic "
               "of china|r o c|"
               "china republic of|chinese taipei|formosa|taiwan roc|台湾|臺灣|中国台湾省|тайвань|تايوان"},
	{"tz", "tanzanian|united republic of tanzania|tanzania united republic of|tanganyika|zanzibar|объединенная "
               "республика танзания|"
               "republique unie de tanzanie|republica unida de tanzania|جمهورية تنزانيا المتحدة|坦桑尼亚联合共和国"},
	{"ua", "ukrainian|the ukraine|ukrainian ssr"},
	{"ug", "ugandan"},
	{"us", "usa|u s a|u s|american|united states of america|the united states|united states|estados unidos de "
               "america|eeuu|"
               "ee uu|etats unis d amerique|соединенные штаты|соединенные штаты америки|сша|الولايات المتحدة الامريكية|"
               "الولايات المتحدة|امريكا|美利坚合众国|美国|美國"},
	{"uy", "uruguayan|eastern republic of uruguay|oriental republic of uruguay"},
	{"uz", "uzbek|uzbekistani"},
	{"va", "vatican|holy see|vatican city state|vatican city|the holy see|holy see vatican city state|saint "
               "siege|santa sede|"
               "святой престол|ватикан|الكرسي الرسولي|دولة مدينة الفاتيكان|教廷|罗马教廷|梵蒂冈"},
	{"vc", "vincentian|saint vincent|st vincent"},
	{"ve", "venezuelan|venezuela bolivarian republic of|боливарианская республика венесуэла"},
	{"vg", "british virgin islands|virgin islands british|british virgin islander|bvi"},
	{"vi",
         "virgin islands u s|virgin islands us|us virgin islands|united states virgin islands|u s virgin islands"},
	{"vn", "vietnamese|viet nam|socialist republic of viet nam|социалистическая республика вьетнам|vd|vdvn|"
               "越南社会主义共和国|north vietnam|south vietnam"},
	{"vu", "ni vanuatu|vanuatuan|new hebrides|nh|nhvu"},
	{"ws", "samoan|western samoa|independent state of samoa"},
	{"xk", "kosovo|kosovar|kosovan|rks|xkx|xkk|kosova|unk kosovo|republic of kosovo|косово|كوسوفو|科索沃"},
	{"yd", "yemen democratic|south yemen|democratic yemen|people s democratic republic of yemen|ymd|ydye"},
	{"ye", "yemeni|yemenite|north yemen|yemen arab republic|republic of yemen"},
	{"yu", "yugoslavia|yugoslav|yugoslavian|socialist federal republic of yugoslavia|federal republic of "
               "yugoslavia|yug|yucs|"
               "sfr yugoslavia|yougoslavie|югославия|يوغوسلافيا|南斯拉夫|former yugoslavia"},
	{"za", "south african|rsa|republic of south africa|южно африканская республика|юар|جنوب افريقيا|جمهورية جنوب "
               "افريقيا|南非共和国"},
	{"zm", "zambian|northern rhodesia"},
	{"zw", "zimbabwean|rhodesia|southern rhodesia|rh|rhzw|zim"},
	/* UN terminology in six languages, as collected in datasets/country-codes (PDDL), where nothing above reads it
         */
	{"ae", "объединенные арабские эмираты"},
	{"aq", "антарктике"},
	{"ar", "аргентинская республика"},
	{"at", "австрийская республика"},
	{"ax", "аландских островов"},
	{"bd", "孟加拉人民共和国"},
	{"bj", "بنن|جمهورية بنن"},
	{"bl", "san barthélemy"},
	{"bm", "бермудские острова"},
	{"bn", "بروني دار السلام"},
	{"bo", "bolivia (estado plurinacional de)|多民族玻利维亚国|боливия (многонациональное государство)"},
	{"bq", "bonaire, saint-eustache et saba|بونير وسانت يوستاشيوس وسابا|bonaire, san eustaquio y "
               "saba|博纳尔，圣俄斯塔休斯和萨巴|bonaire, sint eustatius and saba|бонайре, синт-эстатиус и саба"},
	{"bs", "содружество багамских островов|багамские острова|كمنولث جزر البهاما"},
	{"bv", "جزيرة بوفيت|布维岛|остров буве"},
	{"cc",
         "îles des cocos (keeling)|جزر كوكس (كيلينغ)|islas cocos (keeling)|кокосовых (килинг) островов|cocos islands"},
	{"ci", "كوت ديفوار"},
	{"ck", "острова кука"},
	{"cl", "شيلي|جمهورية شيلي"},
	{"cv", "كابو فيردي|جمهورية كابو فيردي"},
	{"cx", "جزيرة عيد الميلاد|isla christmas|остров рождества"},
	{"cz", "تشيكيا"},
	{"dm", "содружество доминики|كمنولث دومينيكا"},
	{"do", "الجمهورية الدومينيكية|多米尼加"},
	{"dz", "la república argelina democrática y popular|алжирская народная демократическая "
               "республика|阿尔及利亚民主人民共和国|la république algérienne démocratique et populaire|الجمهورية "
               "الجزائرية الديمقراطية الشعبية"},
	{"ec", "إكوادور|جمهورية إكوادور"},
	{"eg", "阿拉伯埃及共和国"},
	{"fi", "финляндская республика"},
	{"fk", "îles falkland (malvinas)|جزر فوكلاند (مالفيناس)|islas malvinas "
               "(falkland)|福克兰群岛（马尔维纳斯）|фолклендские (мальвинские) острова"},
	{"fm", "micronésie (états fédérés de)|micronesia (estados federados de)|микронезия (федеративные "
               "штаты)|ميكرونيزيا (ولايات - الموحدة)|ولايات ميكرونيزيا الموحدة"},
	{"fo", "جزر فايرو|фарерские острова"},
	{"ga", "la república gabonesa|габонская республика|la république gabonaise|غابون"},
	{"gf", "غيانا الفرنسية"},
	{"gg", "غيرنسي|格恩西"},
	{"gl", "غرينلند"},
	{"gn", "гвинейская республика"},
	{"gr", "الجمهورية الهيلينية"},
	{"gs", "georgia del sur y las islas sandwich del sur|南乔治亚岛和南桑德韦奇岛|южная джорджия и южные "
               "сандвичевы острова"},
	{"hk", "chine, région administrative spéciale de hong kong|الصين، منطقة هونغ كونغ الإدارية الخاصة|china, "
               "región administrativa especial de hong kong|китай, специальный административный район гонконг"},
	{"hm", "île heard-et-îles macdonald|赫德岛和麦克唐纳岛|heard island and mcdonald islands|остров херд и острова "
               "макдональд"},
	{"im", "остров мэн"},
	{"io", "المحيط الهندي الإقليم البريطاني في|英属印度洋领土"},
	{"it", "la república italiana|la république italienne"},
	{"je", "泽西"},
	{"jo", "иорданское хашимитское королевство|المملكة الأردنية الهاشمية"},
	{"kg", "kirghizistan|kirghizistan (le)|吉尔吉斯共和国"},
	{"ki", "كيريباس|جمهورية كيريباس"},
	{"km", "союз коморских островов|科摩罗联盟|коморские острова|اتحاد جزر القمر"},
	{"kn", "سانت كيتس ونيفس"},
	{"ky", "îles caïmanes|кайман острова"},
	{"kz", "la república de kazajstán|kazajstán"},
	{"lb", "la república libanesa|la république libanaise"},
	{"lk", "la república socialista democrática de sri lanka|سري لانكا|جمهورية سري لانكا الاشتراكية الديمقراطية"},
	{"lr", "ليبريا|جمهورية ليبريا"},
	{"lt", "литовская республика"},
	{"lu", "لكسمبرغ|دوقية لكسمبرغ الكبرى"},
	{"ma", "المملكة المغربية"},
	{"mf", "saint-martin (partie française)|سانت مارتن (الجزء الفرنسي)|san martín (parte "
               "francesa)|圣马丁（法属）|saint martin (french part)|сен-мартен (французская часть)"},
	{"mh", "республика маршалловы острова|маршалловы острова"},
	{"mo", "chine, région administrative spéciale de macao|الصين، منطقة ماكاو الإدارية الخاصة|china, región "
               "administrativa especial de macao|китай, специальный административный район макао"},
	{"mp", "islas marianas septentrionales|северные марианские острова"},
	{"mq", "مارتينيك"},
	{"mr", "الجمهورية الإسلامية الموريتانية"},
	{"ms", "مونتسيرات"},
	{"mt", "مالطة|جمهورية مالطة"},
	{"mv", "мальдивская республика|мальдивские острова|ملديف|جمهورية ملديف"},
	{"mz", "موزامبيق|جمهورية موزامبيق"},
	{"nf", "остров норфолк"},
	{"nu", "nioué"},
	{"nz", "nueva zelandia"},
	{"pg", "دولة بابوا غينيا الجديدة المستقلة"},
	{"pm", "سان بيير وميكلون|圣皮埃尔和密克隆"},
	{"pn", "pitcairn|بيتكرن|皮特凯恩|питкэрн"},
	{"pt", "la república portuguesa|la république portugaise"},
	{"re", "ريونيون"},
	{"sa", "el reino de la arabia saudita|arabia saudita (la)|arabia saudita"},
	{"sb", "соломоновы острова"},
	{"sc", "республика сейшельские острова|сейшельские острова|سيشيل|جمهورية سيشيل"},
	{"sh", "سانت هيلانة|остров святой елены"},
	{"sj", "îles svalbard-et-jan mayen|جزيرتي سفالبارد وجان مايِن|islas svalbard y jan "
               "mayen|斯瓦尔巴群岛和扬马延岛|svalbard and jan mayen islands|острова свальбард и ян-майен"},
	{"sk", "الجمهورية السلوفاكية"},
	{"st", "سان تومي وبرينسيبي|جمهورية سان تومي وبرينسيبي الديمقراطية"},
	{"sv", "республика эль-сальвадор"},
	{"sx", "سانت مارتن (الجزء الهولندي)|san martín (parte holandesa)|圣马丁（荷属）|sint maarten (dutch "
               "part)|синт-мартен (нидерландская часть)"},
	{"tc", "جزر تركس وكايكوس|острова теркс и кайкос"},
	{"tf", "الأراضي الفرنسية الجنوبية الجنوبية|territorio de las tierras australes francesas|法属南方领地|южные "
               "земли (французская заморская территория)"},
	{"tg", "la república togolesa|тоголезская республика|la république togolaise"},
	{"th", "泰王国|تايلند|مملكة تايلند"},
	{"tk", "tokélaou|توكيلاو"},
	{"tl", "демократическая республика тимор-лешти|тимор-лешти"},
	{"tn", "тунисская республика|la république tunisienne|الجمهورية التونسية"},
	{"tt", "la república de trinidad y tabago|trinidad y tabago"},
	{"um", "نائية التابعة للولايات المتحدة|islas menores alejadas de estados unidos|united states minor outlying "
               "islands|внешние малые острова соединенных штатов"},
	{"uy", "восточная республика уругвай|乌拉圭东岸共和国|la république orientale de l'uruguay|أوروغواي|جمهورية "
               "أوروغواي الشرقية"},
	{"ve", "la república bolivariana de venezuela|venezuela (república bolivariana "
               "de)|委内瑞拉玻利瓦尔共和国|венесуэла (боливарианская республика)"},
	{"vg", "جزر فرجن البريطانية|британские виргинские острова"},
	{"vi", "îles vierges américaines|جزر فرجن التابعة للولايات المتحدة|islas vírgenes de los estados "
               "unidos|виргинские острова соединенных штатов"},
	{"vn", "la república socialista de viet nam|فييت نام|جمهورية فييت نام الاشتراكية"},
	{"wf", "îles wallis-et-futuna|جزر واليس وفوتونا|islas wallis y futuna|瓦利斯群岛和富图纳群岛|wallis and futuna "
               "islands|острова уоллис и футуна"},
	{"ws", "دولة ساموا المستقلة"},
	{"ye", "йеменская республика|الجمهورية اليمنية"},
	{"yt", "остров майотта"},
	{"za", "la république sud-africaine|южная африка"},
	{"zw", "زمبابوي|جمهورية زمبابوي"},
};

const unsigned country_alias_count = sizeof country_aliases / sizeof *country_aliases;
