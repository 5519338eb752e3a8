/* Origin: common given and family names and the building blocks of surnames, written down from general knowledge of
 * each tradition; no register, list or data set was copied. Whole persons are put together by chance. */
#include "people/people_words.h"

const struct people_words people_words[PEOPLE_TRADITIONS] = {
	[PEOPLE_ARABIC] =
		{.countries = "eg eg eg eg iq iq iq sy sy sy sa sa ye ye ma ma dz dz tn ly jo lb sd sd ae kw ps",
                 .male = "محمد:Muhammad/Mohammed/Mohamed/Mohammad أحمد:Ahmed/Ahmad علي:Ali حسن:Hassan/Hasan "
                         "محمود:Mahmoud/Mahmud/Mahmood حسين:Hussein/Husayn/Hussain/Hossein "
                         "عبد_الله:Abdullah/Abdallah/Abd_Allah "
                         "إبراهيم:Ibrahim/Ebrahim خالد:Khaled/Khalid عمر:Omar/Umar مصطفى:Mustafa/Mostafa "
                         "يوسف:Youssef/Yusuf/Yousef "
                         "عبد_الرحمن:Abdulrahman/Abd_al-Rahman/Abdel_Rahman سعيد:Said/Saeed/Sa'id طارق:Tariq/Tarek "
                         "كريم:Karim/Kareem "
                         "صالح:Saleh/Salih سالم:Salem/Salim جمال:Jamal/Gamal/Djamel ناصر:Nasser/Nasir ماجد:Majed/Majid "
                         "فيصل:Faisal/Faysal سليمان:Sulaiman/Suleiman/Soliman عادل:Adel/Adil رشيد:Rashid/Rachid "
                         "حمزة:Hamza/Hamzah "
                         "بلال:Bilal/Belal وليد:Walid/Waleed زياد:Ziad/Ziyad أنور:Anwar هشام:Hisham/Hicham "
                         "نبيل:Nabil/Nabeel "
                         "سمير:Samir/Sameer ياسر:Yasser/Yasir عبد_العزيز:Abdulaziz/Abd_al-Aziz/Abdelaziz "
                         "منصور:Mansour/Mansur "
                         "فؤاد:Fouad/Fuad إسماعيل:Ismail/Esmail جابر:Jaber/Gaber طه:Taha قاسم:Qasim/Kassem/Qassem "
                         "مروان:Marwan "
                         "باسم:Basem/Bassim رامي:Rami نور_الدين:Nureddin/Noureddine/Nur_al-Din "
                         "شريف:Sharif/Cherif/Sherif "
                         "عماد:Imad/Emad غسان:Ghassan لؤي:Louay/Loai أيمن:Ayman/Aiman حازم:Hazem/Hazim "
                         "أسامة:Osama/Usama/Oussama "
                         "عثمان:Othman/Uthman/Osman جعفر:Jaafar/Ja'far/Jafar "
                         "عبد_القادر:Abdulqadir/Abdelkader/Abd_al-Qadir "
                         "زكريا:Zakaria/Zakariya يحيى:Yahya/Yahia عيسى:Issa/Isa داود:Dawood/Daoud/Dawud هاني:Hani "
                         "راشد:Rashed/Rashid",
                 .female =
                         "فاطمة:Fatima/Fatma/Fatimah مريم:Maryam/Mariam/Meryem عائشة:Aisha/Aicha/Ayesha "
                         "خديجة:Khadija/Khadijah "
                         "زينب:Zainab/Zaynab/Zeinab سارة:Sara/Sarah نور:Nour/Noor هدى:Huda/Houda أمينة:Amina/Aminah "
                         "ليلى:Layla/Leila سلمى:Salma رانيا:Rania نادية:Nadia سميرة:Samira سعاد:Suad/Souad هند:Hind "
                         "آمال:Amal رقية:Ruqayya/Rokaya حنان:Hanan/Hanane منى:Mona/Muna إيمان:Iman/Eman دعاء:Duaa/Doaa "
                         "ياسمين:Yasmin/Yasmine أسماء:Asma/Asmaa جميلة:Jamila/Djamila كريمة:Karima نجلاء:Najla/Nagla "
                         "وفاء:Wafa/Wafaa",
                 .family = "السيد:El-Sayed/al-Sayyid/Elsayed العلي:al-Ali حداد:Haddad خوري:Khoury/Khouri "
                           "المصري:al-Masri/El_Masry "
                           "الجبوري:al-Jabouri/al-Jubouri الحسيني:al-Husseini/al-Hussaini العبيدي:al-Obeidi/al-Ubaydi "
                           "القحطاني:al-Qahtani/al-Kahtani الشمري:al-Shammari/al-Shamari الدوري:al-Douri/al-Duri "
                           "الزهراني:al-Zahrani الغامدي:al-Ghamdi العتيبي:al-Otaibi/al-Utaybi الحربي:al-Harbi "
                           "النجار:al-Najjar/El_Naggar "
                           "بن_علي:Ben_Ali/Bin_Ali بوزيد:Bouzid/Bouzeid بلحاج:Belhadj/Belhaj "
                           "الإدريسي:El_Idrissi/al-Idrisi "
                           "التميمي:al-Tamimi الحلبي:al-Halabi الشامي:al-Shami البغدادي:al-Baghdadi اليمني:al-Yamani "
                           "الصنعاني:al-Sanani/al-San'ani الكبيسي:al-Kubaisi/al-Kubaysi "
                           "السامرائي:al-Samarrai/al-Samarra'i "
                           "درويش:Darwish/Darwich عوض:Awad شاهين:Shahin/Shaheen قاسمي:Qasimi/Kacimi منصوري:Mansouri "
                           "زروقي:Zerrouki "
                           "العمري:al-Omari/al-Amri الهاشمي:al-Hashimi/al-Hashemi الخطيب:al-Khatib/al-Khateeb "
                           "الأحمد:al-Ahmad/al-Ahmed "
                           "سعد:Saad عطية:Attia/Atiyah رزق:Rizk/Rizq فرج:Farag/Faraj غانم:Ghanem/Ghanim صبري:Sabri "
                           "زيدان:Zidan/Zeidan",
                 .onset = "م:m ع:/' س:s ح:h ر:r ب:b ن:n ج:j/g/dj ف:f خ:kh ش:sh/ch ز:z ق:q/k/g ه:h د:d ص:s ط:t و:w/ou "
                          "غ:gh ت:t ث:th ك:k",
                 .nucleus = ":a ا:a/aa :u/ou/o ي:i/ee و:ou/u :i/e",
                 .coda = "ر:r ل:l م:m ن:n د:d ب:b س:s ف:f ح:h ق:q/k ج:j/g ز:z ط:t ك:k ش:sh/ch ر:r ري:ri ني:ni لي:li "
                         "مي:mi",
                 .ending = ": ي:i ان:an اوي:awi/aoui اني:ani ة:a/ah ون:oun/un : ين:in/een"},
	[PEOPLE_PERSIAN] =
		{.countries = "ir ir ir ir ir ir af af tj",
                 .male = "محمد:Mohammad/Mohammed علی:Ali رضا:Reza/Riza حسین:Hossein/Hussein مهدی:Mehdi/Mahdi "
                         "حسن:Hassan/Hasan "
                         "امیر:Amir سعید:Saeed/Said احمد:Ahmad مجید:Majid حمید:Hamid محسن:Mohsen/Muhsin عباس:Abbas "
                         "اکبر:Akbar "
                         "بهرام:Bahram داریوش:Dariush/Daryoush کوروش:Kourosh/Cyrus فرهاد:Farhad بهروز:Behrouz/Behruz "
                         "ناصر:Naser/Nasser "
                         "جواد:Javad/Jawad کامران:Kamran پرویز:Parviz/Parwiz شهرام:Shahram آرش:Arash "
                         "سیاوش:Siavash/Siyavash "
                         "محمدرضا:Mohammadreza/Mohammad_Reza علیرضا:Alireza/Ali_Reza غلامرضا:Gholamreza/Gholam_Reza "
                         "قاسم:Ghasem/Qasem "
                         "مسعود:Masoud/Massoud خسرو:Khosrow/Khosro اسماعیل:Esmail/Ismail یعقوب:Yaghoub/Yaqub "
                         "نادر:Nader بابک:Babak",
                 .female = "فاطمه:Fatemeh/Fatima زهرا:Zahra مریم:Maryam زینب:Zeinab/Zaynab لیلا:Leila/Leyla "
                           "نرگس:Narges/Nargis "
                           "پروین:Parvin شیرین:Shirin سارا:Sara مهناز:Mahnaz نسرین:Nasrin آزاده:Azadeh سمیرا:Samira "
                           "پریسا:Parisa "
                           "شهلا:Shahla منیژه:Manijeh/Manizha فرشته:Fereshteh/Farishta نیلوفر:Niloufar/Nilufar "
                           "الهام:Elham سودابه:Soudabeh",
                 .family = "احمدی:Ahmadi محمدی:Mohammadi/Muhammadi حسینی:Hosseini/Husseini رضایی:Rezaei/Rezaee/Rezai "
                           "کریمی:Karimi موسوی:Mousavi/Musavi جعفری:Jafari رحیمی:Rahimi قاسمی:Ghasemi/Qasemi "
                           "هاشمی:Hashemi صادقی:Sadeghi/Sadeqi "
                           "شریفی:Sharifi اکبری:Akbari نوری:Nouri/Noori کاظمی:Kazemi عباسی:Abbasi یوسفی:Yousefi/Yusufi "
                           "رستمی:Rostami "
                           "علیزاده:Alizadeh حسن‌زاده:Hassanzadeh/Hasanzadeh "
                           "ابراهیمی:Ebrahimi/Ibrahimi "
                           "فرهادی:Farhadi "
                           "تهرانی:Tehrani اصفهانی:Esfahani/Isfahani شیرازی:Shirazi تبریزی:Tabrizi کرمانی:Kermani "
                           "نیازی:Niazi/Niyazi "
                           "وردک:Wardak/Vardak کاکر:Kakar احمدزی:Ahmadzai یوسفزی:Yousafzai/Yusufzai",
                 .onset = "ب:b پ:p ت:t د:d ر:r ز:z س:s ش:sh ف:f ک:k گ:g م:m ن:n ه:h خ:kh ج:j چ:ch و:v ق:gh/q ل:l",
                 .nucleus = "ا:a :a :e/i و:ou/u ی:i/ee :o",
                 .coda = "ر:r ن:n م:m د:d ز:z ش:sh هر:hr رد:rd ست:st ند:nd س:s ل:l",
                 .ending = "زاده:zadeh/zada پور:pour/pur نژاد:nejad/nezhad ی:i یان:ian/yan فرد:fard فر:far "
                           "دوست:doust/dust "
                           "آبادی:abadi نیا:nia/niya منش:manesh لو:lou/lu خواه:khah ی:i ی:i وند:vand"},
	[PEOPLE_PAKISTANI] =
		{.countries = "pk pk pk pk af bd",
                 .male = "محمد:Muhammad/Mohammad احمد:Ahmad/Ahmed علی:Ali عمران:Imran بلال:Bilal حمزہ:Hamza "
                         "عثمان:Usman/Osman "
                         "طارق:Tariq نواز:Nawaz شہباز:Shahbaz عاصم:Asim/Aasim کامران:Kamran زاہد:Zahid اکرم:Akram "
                         "فیصل:Faisal رشید:Rashid "
                         "گل:Gul نور:Noor/Nur جان:Jan اسلم:Aslam یونس:Younis/Yunus خالد:Khalid سلیم:Saleem/Salim "
                         "وحید:Waheed/Wahid "
                         "ظفر:Zafar شاہد:Shahid منیر:Munir/Muneer",
                 .female = "فاطمہ:Fatima عائشہ:Ayesha/Aisha زینب:Zainab مریم:Maryam صائمہ:Saima نادیہ:Nadia ثنا:Sana "
                           "حنا:Hina "
                           "نسرین:Nasreen/Nasrin روبینہ:Rubina فرزانہ:Farzana شازیہ:Shazia کنول:Kanwal",
                 .family =
                         "خان:Khan شاہ:Shah ملک:Malik چوہدری:Chaudhry/Chowdhury/Chaudhary بٹ:Butt "
                         "قریشی:Qureshi/Kureshi صدیقی:Siddiqui/Siddiqi "
                         "انصاری:Ansari آفریدی:Afridi خٹک:Khattak درانی:Durrani مہمند:Mohmand وزیر:Wazir "
                         "محسود:Mehsud/Mahsud بلوچ:Baloch "
                         "بگٹی:Bugti رند:Rind جٹ:Jatt مغل:Mughal راجپوت:Rajput اعوان:Awan گجر:Gujjar/Gujar نیازی:Niazi",
                 .onset = "ب:b پ:p ت:t ٹ:t ج:j چ:ch خ:kh د:d ر:r ز:z س:s ش:sh غ:gh ف:f ق:q ک:k گ:g ل:l م:m ن:n ہ:h و:w",
                 .nucleus = "ا:a :a :u :i ی:i/ee و:o/u",
                 .coda = "ر:r ن:n ل:l م:m ب:b ت:t د:d ک:k خ:kh ز:z",
                 .ending = "زئی:zai/zay زی:zi خیل:khel/kheil ی:i انی:ani پور:pur وال:wal : یار:yar"},
	[PEOPLE_TURKISH] = {.countries = "tr tr tr tr tr tr az de",
                            .male = "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Osman Yusuf Murat Emre Ömer "
                                    "Süleyman Kemal Serkan Burak Okan "
                                    "Tolga Volkan Cem Kaan Orhan Selim Fatih Halil Recep Ramazan İsmail Kadir Yaşar "
                                    "Erkan Levent Cengiz Barış Onur",
                            .female = "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Sultan Hülya Gülşen Sevgi "
                                      "Özlem Esra Derya Aylin Ebru Selin "
                                      "Nurgül Çiğdem Pınar",
                            .family = "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan "
                                      "Kılıç Aslan Çetin Kara Koç Kurt "
                                      "Özkan Şimşek Polat Korkmaz Çakır Erdoğdu Güneş Taş Aksoy Bozkurt Karaca Tekin "
                                      "Ünal Sarı Avcı Işık Turan Keskin",
                            .onset = "b c ç d g h k m n s ş t y ak al ar er gül kara öz sar tok yal",
                            .nucleus = "a e ı i o ö u ü",
                            .coda = "r l n k ş t z y m rk lt nd ç v",
                            .ending = "oğlu er türk soy can kaya demir taş bay çelik han dağ man gil cı lı su gül"},
	[PEOPLE_RUSSIAN] =
		{.countries = "ru ru ru ru ru ru ru by kz kg",
                 .male = "Александр Сергей Дмитрий Андрей Алексей Евгений Максим Михаил Иван Николай Владимир Юрий "
                         "Олег Павел Игорь "
                         "Виктор Константин Роман Денис Артём Антон Григорий Борис Фёдор Леонид Валерий Вячеслав "
                         "Станислав Кирилл Тимур "
                         "Руслан Пётр Геннадий Илья Никита Семён Ярослав Егор Матвей Лев Захар Тихон Рашид Ахмед "
                         "Магомед",
                 .female = "Елена Ольга Наталья Татьяна Ирина Анна Мария Светлана Екатерина Юлия Людмила Галина Марина "
                           "Оксана Анастасия "
                           "Ксения Дарья Вера Надежда Любовь Полина Алла Жанна Яна Евгения Зинаида",
                 .family = "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов "
                           "Волков Алексеев "
                           "Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин "
                           "Захаров Зайцев Соловьёв "
                           "Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев "
                           "Королёв Гусев Киселёв "
                           "Ильин Максимов Поляков Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков "
                           "Баранов Филиппов Комаров "
                           "Давыдов Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов "
                           "Куликов Карпов Власов "
                           "Мельников Денисов Гаврилов Тихонов Казаков Афанасьев Данилов Савельев Тимофеев Фомин "
                           "Чернов Абрамов Мартынов "
                           "Ефимов Щербаков Быков Журавлёв Шевченко Бондаренко Троицкий Вознесенский Покровский "
                           "Донской Магомедов Алиев",
                 .onset = "б в г д ж з к л м н п р с т ф х ц ч ш щ бр вл гр др кл кр пл пр ск сл см ст тр хв шк",
                 .nucleus = "а е и о у ы я ю",
                 .coda = "л н р т к м д г б в ш х ж с ль рт нк",
                 .ending = "ов ев ин ов ов ский ев ин овский цов ников кин ушкин ченко ук"},
	[PEOPLE_UKRAINIAN] = {.countries = "ua ua ua ua ua md",
                              .male = "Олександр Сергій Володимир Андрій Микола Юрій Василь Віктор Іван Михайло Олег "
                                      "Ігор Петро Дмитро Анатолій "
                                      "Богдан Тарас Ярослав Григорій Євген Максим Павло Роман Степан Остап Назар "
                                      "Руслан Костянтин Леонід",
                              .female = "Олена Наталія Тетяна Оксана Ірина Світлана Людмила Ганна Марія Галина "
                                        "Катерина Юлія Надія Любов Леся Соломія "
                                        "Христина Дарина Зоряна Валентина",
                              .family = "Мельник Шевченко Коваленко Бондаренко Бойко Ткаченко Кравченко Ковальчук "
                                        "Коваль Олійник Шевчук Поліщук "
                                        "Іванов Ткачук Савченко Бондар Марченко Руденко Мороз Лисенко Петренко "
                                        "Клименко Павленко Савчук Кузьменко "
                                        "Пономаренко Василенко Левченко Харченко Сидоренко Карпенко Гаврилюк Швець "
                                        "Мельничук Попович Романюк Панченко "
                                        "Юрченко Мартинюк Хоменко Костенко Литвиненко Костюк Павлюк Гончаренко "
                                        "Вишневський Яценко Кравчук",
                              .onset = "б в г д ж з к л м н п р с т х ц ч ш щ бр гр др кр пр ск ст тр хв",
                              .nucleus = "а е и і о у я ю",
                              .coda = "л н р т к м д б в ш х с йк",
                              .ending = "енко чук ук юк ський ик енко ич ишин ак"},
	[PEOPLE_CHINESE] = {.countries = "cn cn cn cn cn cn cn hk tw sg",
                            /* single characters; a given name takes one or two */
                            .male = "伟:wei 强:qiang 磊:lei 军:jun 勇:yong 杰:jie 涛:tao 明:ming 超:chao 刚:gang "
                                    "平:ping 辉:hui 鹏:peng 华:hua 飞:fei "
                                    "建:jian 国:guo 志:zhi 文:wen 海:hai 林:lin 波:bo 斌:bin 宇:yu 浩:hao 凯:kai "
                                    "健:jian 俊:jun 东:dong 永:yong 春:chun "
                                    "庆:qing 德:de 光:guang 成:cheng 荣:rong 福:fu 生:sheng 祥:xiang 龙:long 峰:feng "
                                    "山:shan 良:liang 宏:hong 义:yi "
                                    "振:zhen 家:jia 立:li 世:shi 天:tian 金:jin 学:xue 新:xin 安:an 嘉:jia 子:zi "
                                    "小:xiao 一:yi 昊:hao 博:bo 泽:ze 轩:xuan "
                                    "睿:rui 诚:cheng 启:qi 铭:ming 贵:gui 忠:zhong 旭:xu 松:song 柏:bai 坤:kun "
                                    "亮:liang 锋:feng 洪:hong 仁:ren",
                            .female = "芳:fang 娜:na 敏:min 静:jing 丽:li 艳:yan 娟:juan 霞:xia 秀:xiu 英:ying 玲:ling "
                                      "桂:gui 红:hong 梅:mei 兰:lan 燕:yan "
                                      "雪:xue 琳:lin 慧:hui 婷:ting 丹:dan 萍:ping 倩:qian 颖:ying 洁:jie 欣:xin 怡:yi "
                                      "佳:jia 雅:ya 珍:zhen 莉:li 月:yue "
                                      "玉:yu 淑:shu 晓:xiao 春:chun 云:yun 凤:feng 琴:qin 素:su 美:mei 思:si 雨:yu "
                                      "梦:meng 诗:shi 紫:zi 若:ruo 涵:han",
                            .family = "王:Wang/Wong 李:Li/Lee 张:Zhang/Chang 刘:Liu/Lau 陈:Chen/Chan 杨:Yang "
                                      "黄:Huang/Wong 赵:Zhao/Chao 吴:Wu/Ng 周:Zhou/Chou/Chow "
                                      "徐:Xu/Hsu 孙:Sun 马:Ma 朱:Zhu/Chu 胡:Hu/Wu 郭:Guo/Kuo/Kwok 何:He/Ho 林:Lin/Lam "
                                      "高:Gao/Kao 罗:Luo/Lo 郑:Zheng/Cheng "
                                      "梁:Liang/Leung 谢:Xie/Hsieh/Tse 宋:Song/Sung 唐:Tang/Tong 许:Xu/Hui "
                                      "邓:Deng/Teng/Tang 冯:Feng/Fung 韩:Han/Hon 曹:Cao/Tsao "
                                      "曾:Zeng/Tseng/Tsang 彭:Peng/Pang 萧:Xiao/Hsiao/Siu 蔡:Cai/Tsai/Choi 潘:Pan/Poon "
                                      "田:Tian/Tien 董:Dong/Tung 袁:Yuan "
                                      "于:Yu 余:Yu/Yee 叶:Ye/Yeh/Yip 蒋:Jiang/Chiang 杜:Du/Tu/To 苏:Su/So 魏:Wei "
                                      "程:Cheng/Ching 吕:Lü/Lu 丁:Ding/Ting 沈:Shen/Sham "
                                      "任:Ren/Jen/Yam 姚:Yao/Yiu 卢:Lu/Lo 傅:Fu 钟:Zhong/Chung 姜:Jiang/Chiang "
                                      "崔:Cui/Tsui 谭:Tan/Tam 廖:Liao/Liu 范:Fan "
                                      "汪:Wang 陆:Lu/Luk 金:Jin/Chin/Kam 石:Shi/Shih 戴:Dai/Tai 贾:Jia/Chia 韦:Wei "
                                      "夏:Xia/Hsia 邱:Qiu/Chiu/Yau 方:Fang/Fong "
                                      "侯:Hou 邹:Zou/Tsou 熊:Xiong/Hsiung 孟:Meng 秦:Qin/Chin 白:Bai/Pai 江:Jiang/Kong "
                                      "阎:Yan/Yen 薛:Xue/Hsueh 尹:Yin/Wan "
                                      "段:Duan/Tuan 雷:Lei/Lui 黎:Li/Lai 史:Shi/Shih 龙:Long/Lung 陶:Tao/To 贺:He/Ho "
                                      "顾:Gu/Ku/Koo 毛:Mao/Mo 郝:Hao 龚:Gong/Kung "
                                      "邵:Shao/Siu 万:Wan/Man 钱:Qian/Chien/Chin 严:Yan/Yen 欧阳:Ouyang/Au_Yeung "
                                      "司马:Sima/Szema 诸葛:Zhuge/Chuko 上官:Shangguan"},
	[PEOPLE_KOREAN] = {.countries = "kr kr kr kr kp kp",
                           /* syllables; a given name takes two */
                           .male = "영:Yeong/Young/Yong 철:Cheol/Chul/Chol 호:Ho 성:Seong/Sung/Song 민:Min 준:Jun/Joon "
                                   "진:Jin/Chin 수:Su/Soo 현:Hyeon/Hyun "
                                   "동:Dong/Tong 재:Jae/Chae 상:Sang 기:Gi/Ki 태:Tae 우:U/Woo 석:Seok/Suk/Sok "
                                   "훈:Hun/Hoon 규:Gyu/Kyu 용:Yong/Young "
                                   "광:Gwang/Kwang 일:Il 남:Nam 범:Beom/Bum 원:Won 경:Gyeong/Kyung/Kyong 창:Chang "
                                   "명:Myeong/Myung/Myong 찬:Chan 혁:Hyeok/Hyuk/Hyok "
                                   "건:Geon/Kun 정:Jeong/Jung/Chong 승:Seung/Sung 학:Hak 병:Byeong/Byung/Pyong "
                                   "덕:Deok/Duk/Tok 길:Gil/Kil 환:Hwan 식:Sik 근:Geun/Kun",
                           .female = "미:Mi 영:Yeong/Young/Yong 숙:Suk/Sook 희:Hui/Hee 정:Jeong/Jung/Chong 은:Eun/Un "
                                     "지:Ji/Chi 혜:Hye 수:Su/Soo 연:Yeon/Youn/Yon "
                                     "경:Gyeong/Kyung/Kyong 순:Sun/Soon 옥:Ok 자:Ja/Cha 현:Hyeon/Hyun 주:Ju/Joo/Chu "
                                     "선:Seon/Sun/Son 아:A/Ah 윤:Yun/Yoon 민:Min "
                                     "서:Seo/Suh 예:Ye 나:Na 하:Ha 설:Seol/Sol 향:Hyang 란:Ran 춘:Chun",
                           .family =
                                   "김:Kim/Gim 이:Lee/Yi/Ri/Rhee 박:Park/Pak/Bak 최:Choi/Choe/Ch'oe "
                                   "정:Jung/Jeong/Chong/Chung 강:Kang/Gang 조:Cho/Jo 윤:Yoon/Yun "
                                   "장:Jang/Chang 임:Lim/Im/Rim 한:Han 오:Oh/O 서:Seo/Suh/So 신:Shin/Sin 권:Kwon/Gwon "
                                   "황:Hwang 안:Ahn/An 송:Song 류:Ryu/Yoo/Yu "
                                   "전:Jeon/Chun/Jun 홍:Hong 고:Ko/Go 문:Moon/Mun 양:Yang 손:Son/Sohn 배:Bae/Pae "
                                   "백:Baek/Paek 허:Heo/Hur/Ho 남:Nam 심:Shim/Sim "
                                   "노:Noh/Roh/No 하:Ha 곽:Kwak/Gwak 성:Sung/Seong 차:Cha 주:Joo/Ju/Chu 우:Woo/U "
                                   "구:Koo/Gu/Ku 민:Min 나:Na/Ra 현:Hyun/Hyon 태:Tae "
                                   "길:Kil/Gil 방:Bang/Pang 표:Pyo 남궁:Namgung/Namkung 독고:Dokgo 선우:Sunwoo/Seonu"},
	[PEOPLE_JAPANESE] = {.countries = "jp",
                             .male = "健:Ken 太郎:Taro/Tarou 一郎:Ichiro/Ichirou 大輔:Daisuke 翔:Sho/Shou 誠:Makoto "
                                     "浩:Hiroshi 隆:Takashi 豊:Yutaka 修:Osamu 勇:Isamu "
                                     "清:Kiyoshi 進:Susumu 明:Akira 学:Manabu 健太:Kenta 拓也:Takuya 直樹:Naoki "
                                     "和也:Kazuya 哲也:Tetsuya 達也:Tatsuya 大樹:Daiki "
                                     "雄太:Yuta/Yuuta 健一:Kenichi/Ken'ichi 純一:Junichi/Jun'ichi 慎吾:Shingo "
                                     "英樹:Hideki 正義:Masayoshi 康夫:Yasuo 幸雄:Yukio 信夫:Nobuo "
                                     "義雄:Yoshio 昭夫:Akio 三郎:Saburo/Saburou 次郎:Jiro/Jirou 光男:Mitsuo "
                                     "剛:Tsuyoshi/Takeshi 聡:Satoshi 亮:Ryo/Ryou",
                             .female = "陽子:Yoko/Youko 恵子:Keiko 洋子:Hiroko/Yoko 幸子:Sachiko/Yukiko 和子:Kazuko "
                                       "久美子:Kumiko 由美子:Yumiko 真由美:Mayumi 智子:Tomoko "
                                       "裕子:Yuko/Yuuko 明美:Akemi 美咲:Misaki 愛:Ai 舞:Mai 彩:Aya 葵:Aoi 桜:Sakura "
                                       "千代:Chiyo 春子:Haruko 直美:Naomi 京子:Kyoko/Kyouko",
                             .family = "佐藤:Sato/Satou 鈴木:Suzuki 高橋:Takahashi 田中:Tanaka 伊藤:Ito/Itou "
                                       "渡辺:Watanabe 山本:Yamamoto 中村:Nakamura 小林:Kobayashi "
                                       "加藤:Kato/Katou 吉田:Yoshida 山田:Yamada 佐々木:Sasaki 山口:Yamaguchi "
                                       "松本:Matsumoto 井上:Inoue 木村:Kimura 林:Hayashi "
                                       "斎藤:Saito/Saitou 清水:Shimizu 山崎:Yamazaki/Yamasaki 森:Mori 池田:Ikeda "
                                       "橋本:Hashimoto 阿部:Abe 石川:Ishikawa 小川:Ogawa "
                                       "前田:Maeda 岡田:Okada 長谷川:Hasegawa 藤田:Fujita 後藤:Goto/Gotou "
                                       "近藤:Kondo/Kondou 村上:Murakami 遠藤:Endo/Endou 青木:Aoki "
                                       "坂本:Sakamoto 福田:Fukuda 太田:Ota/Ohta 西村:Nishimura 藤井:Fujii 金子:Kaneko "
                                       "岡本:Okamoto 三浦:Miura 中野:Nakano 原田:Harada",
                             .onset = "山:yama 川:kawa 田:ta 中:naka 小:o 大:o/oo 高:taka 松:matsu 木:ki 森:mori "
                                      "石:ishi 上:ue 下:shimo 東:higashi 西:nishi 南:minami "
                                      "北:kita 青:ao 赤:aka 白:shira 黒:kuro 金:kane 竹:take 梅:ume 桜:sakura 杉:sugi "
                                      "藤:fuji 宮:miya 寺:tera 神:kami 福:fuku 吉:yoshi "
                                      "安:yasu 長:naga 広:hiro 古:furu 新:ara 岩:iwa 浜:hama 島:shima 岡:oka 谷:tani "
                                      "沢:sawa 池:ike 沼:numa 滝:taki 鳥:tori 犬:inu 牛:ushi",
                             .nucleus = ": :",
                             .coda = ": : : 野:no ヶ:ga 之:no",
                             .ending = "田:da/ta 川:kawa/gawa 山:yama 本:moto 村:mura 木:ki/gi 野:no 原:hara/wara "
                                       "島:shima/jima 崎:saki/zaki 沢:sawa/zawa 口:guchi 井:i "
                                       "橋:hashi/bashi 谷:tani/ya 岡:oka 内:uchi 塚:tsuka/zuka 尾:o 瀬:se 見:mi "
                                       "戸:to/do 倉:kura 森:mori 坂:saka/zaka 越:koshi/goshi 江:e 城:ki/jo"},
	[PEOPLE_SPANISH] =
		{.countries = "mx mx mx co co ve ve es es ar pe cu cl ec gt hn sv",
                 .male = "José Juan Luis Carlos Francisco Antonio Jesús Miguel Pedro Alejandro Manuel Jorge Fernando "
                         "Javier Rafael Ricardo Daniel "
                         "David Roberto Eduardo Andrés Mario Diego Sergio Raúl Enrique Alberto Ángel Víctor Óscar "
                         "Pablo Julio César Martín Héctor "
                         "Ramón Guillermo Gustavo Arturo Rubén Ernesto Adrián Iván Hugo Felipe Joaquín Ignacio Tomás "
                         "Salvador Emilio Rodolfo Wilmer Yeison",
                 .female = "María Guadalupe Ana Carmen Rosa Juana Margarita Laura Patricia Elena Isabel Teresa "
                           "Gabriela Lucía Claudia Sofía Marta "
                           "Verónica Silvia Adriana Gloria Paola Beatriz Daniela Natalia Andrea Luz Alejandra Mónica "
                           "Yolanda Dolores Pilar Esperanza",
                 .family = "García Hernández Martínez López González Rodríguez Pérez Sánchez Ramírez Flores Gómez "
                           "Torres Díaz Vásquez Cruz Morales "
                           "Reyes Gutiérrez Ortiz Ramos Ruiz Mendoza Álvarez Castillo Jiménez Moreno Romero Herrera "
                           "Medina Aguilar Vargas Castro "
                           "Guzmán Méndez Muñoz Salazar Garza Soto Vega Rojas Contreras Guerrero Delgado Ríos Ortega "
                           "Núñez Navarro Cabrera Campos "
                           "Molina Acosta Cárdenas Espinoza Fuentes Peña Miranda Valencia Quintero Zapata Ospina "
                           "Arango Echeverría Ibáñez Zambrano",
                 .onset =
                         "al ar b bar bel c cor d es gal gua iz l lar m mon n or p qui r s san t tor ur v val z zu ech",
                 .nucleus = "a e i o u ia ue",
                 .coda = "r l n s rr ll ch nd rt gu",
                 .ending = "ez era ero osa eda al aga ete ano ado illo ín ares uri ola ión oa"},
	[PEOPLE_PORTUGUESE] = {.countries = "br br br br pt ao mz",
                               .male = "João José Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Gabriel "
                                       "Rafael Daniel Marcelo Bruno Eduardo Felipe "
                                       "Rodrigo Manoel Mateus André Fernando Fábio Leonardo Gustavo Guilherme Tiago "
                                       "Vinícius Sérgio Rui Nuno Armando",
                               .female = "Maria Ana Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline "
                                         "Sandra Camila Amanda Bruna Jéssica Letícia "
                                         "Júlia Luciana Vanessa Mariana Inês Catarina Graça",
                               .family = "da_Silva dos_Santos de_Oliveira de_Souza Rodrigues Ferreira Alves Pereira "
                                         "Lima Gomes da_Costa Ribeiro Martins Carvalho "
                                         "Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade "
                                         "Moreira Nunes Marques Machado Mendes Freitas "
                                         "Cardoso Ramos Gonçalves Santana Teixeira Araújo Pinto Correia Azevedo "
                                         "Figueiredo Coelho Neves Cunha",
                               .onset = "al b bar c ca d f fa g gu l m ma n p per qui r s t v val z",
                               .nucleus = "a e i o u ei ou ão",
                               .coda = "r l n s lh nh rr ss m",
                               .ending = "eira eiro ães inho osa edo al ado ais im ura eda oso ares ica"},
	[PEOPLE_FRENCH] =
		{.countries = "fr fr fr fr be ca ch sn ci cd",
                 .male = "Jean Pierre Michel André Philippe René Louis Alain Jacques Bernard Marcel Daniel Roger "
                         "Robert Paul Claude Christian Henri "
                         "Nicolas Éric Laurent Thierry Stéphane Frédéric Sébastien Julien Olivier Jérôme François "
                         "Guillaume Cédric Maxime Gérard",
                 .female = "Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Anne Sylvie Martine "
                           "Nicole Christine Valérie Céline "
                           "Sandrine Véronique Aurélie Émilie Hélène Camille Chantal Brigitte Delphine Élodie Solange",
                 .family = "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel "
                           "Lefèvre Leroy Roux David Bertrand Morel "
                           "Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefebvre Faure "
                           "André Mercier Blanc Guérin Boyer Garnier "
                           "Chevalier Legrand Gauthier Perrin Clément Renaud Lemaire Marchand Dufour Benoît Meunier "
                           "Carpentier Vasseur Le_Gall de_La_Tour",
                 .onset = "b be bou ch char cha d du f fau g gu l la m mar mon p per pou qu r rou s tr v vi",
                 .nucleus = "a e i o u ai au ou eu oi",
                 .coda = "r l n ss ch rd lm nt gn bl ll",
                 .ending = "ard eau eaux ier ot et in on ois elle ac ault ière ieux oux ec"},
	[PEOPLE_ENGLISH] = {.countries = "us us us us us gb gb gb ca au nz ie za",
                            .male = "James John Robert Michael William David Richard Joseph Thomas Charles Christopher "
                                    "Daniel Matthew Anthony Mark Donald Steven "
                                    "Paul Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey "
                                    "Ryan Jacob Gary Nicholas Eric Stephen "
                                    "Jonathan Larry Justin Scott Brandon Benjamin Samuel Gregory Frank Raymond "
                                    "Alexander Patrick Jack Dennis Jerry Tyler Aaron",
                            .female = "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy "
                                      "Lisa Margaret Betty Sandra Ashley Kimberly "
                                      "Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Helen "
                                      "Sharon Cynthia Kathleen Amy Angela Shirley",
                            .family = "Smith Johnson Williams Brown Jones Davis Miller Wilson Moore Taylor Anderson "
                                      "Thomas Jackson White Harris Martin Thompson "
                                      "Robinson Clark Lewis Lee Walker Hall Allen Young King Wright Scott Green Baker "
                                      "Adams Nelson Hill Campbell Mitchell Roberts "
                                      "Carter Phillips Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook "
                                      "Rogers Reed Morgan Bell Cooper Bailey Kelly "
                                      "Howard Ward Cox Richardson Wood Watson Brooks Bennett Gray Hughes Price Myers "
                                      "Long Foster Sanders Ross O'Brien MacDonald O'Neill",
                            .onset = "ash b bar black br c cal ch cr d el f fair g gr h hart hol k l lang m mar n nor "
                                     "p r red s sh st sw t th tw w whit wil",
                            .nucleus = "a e i o u ea oo ow ay",
                            .coda = "ck ll n r rd ss t x lt nd m p",
                            .ending = "ton ford wood ley worth field man son by ham bury well combe shaw more er land "
                                      "wick ridge ings stone"},
	[PEOPLE_GERMAN] =
		{.countries = "de de de de at ch",
                 .male = "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst "
                         "Frank Dieter Manfred Bernd "
                         "Matthias Hans Karl-Heinz Jörg Martin Markus Sebastian Florian Lukas Tobias Jan Felix Björn "
                         "Götz Rüdiger Heinrich Ulrich",
                 .female = "Ursula Renate Monika Karin Petra Sabine Andrea Claudia Susanne Birgit Heike Gisela Helga "
                           "Brigitte Ingrid Erika Anja Julia "
                           "Kathrin Stefanie Anna Lena Käthe Jutta Silke Gerda",
                 .family = "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch "
                           "Bauer Richter Klein Wolf Schröder "
                           "Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier "
                           "Lehmann Schmid Maier Köhler "
                           "Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn "
                           "Schubert Vogel Friedrich Günther "
                           "Keller Berger Winkler Roth Beck Lorenz Baumann Franke Böhm Schuster Kühn Pohl "
                           "von_der_Heide von_Stein Großmann",
                 .onset = "b br d ei f fl fr g gr h hirsch k kl kr l m n o p r s sch schl schm schw st str t tr w z zw",
                 .nucleus = "a e i o u ä ö ü ei au eu ie",
                 .coda = "ck ll nn rr tt ss ch rt nd ft tz mm rg ld",
                 .ending = "mann er inger hauser berg bauer meier stein feld hofer mayr ert ing lich sohn bach ler "
                           "dorf hardt"},
	[PEOPLE_INDIAN] =
		{.countries = "in in in in in in np lk mu",
                 .male = "राजेश:Rajesh राम:Ram सुरेश:Suresh रमेश:Ramesh अमित:Amit संजय:Sanjay विजय:Vijay अनिल:Anil "
                         "सुनील:Sunil राहुल:Rahul "
                         "मोहन:Mohan अशोक:Ashok दीपक:Deepak/Dipak मनोज:Manoj अजय:Ajay रवि:Ravi कृष्ण:Krishna गोपाल:Gopal "
                         "विकास:Vikas "
                         "प्रकाश:Prakash महेश:Mahesh हरीश:Harish अर्जुन:Arjun कुमार:Kumar लक्ष्मण:Lakshman/Laxman "
                         "श्याम:Shyam/Sham नरेश:Naresh जगदीश:Jagdish",
                 .female = "सुनीता:Sunita अनीता:Anita प्रिया:Priya पूजा:Pooja/Puja सीता:Sita/Seeta लक्ष्मी:Lakshmi/Laxmi "
                           "गीता:Geeta/Gita कविता:Kavita/Kavitha "
                           "रेखा:Rekha मीना:Meena/Mina नेहा:Neha आशा:Asha उषा:Usha राधा:Radha सरिता:Sarita "
                           "ज्योति:Jyoti/Jyothi शांति:Shanti दीपा:Deepa/Dipa",
                 .family = "सिंह:Singh शर्मा:Sharma/Sarma कुमार:Kumar गुप्ता:Gupta वर्मा:Verma/Varma पटेल:Patel यादव:Yadav "
                           "रेड्डी:Reddy मिश्रा:Mishra/Misra "
                           "जोशी:Joshi नायर:Nair/Nayar राव:Rao/Row अग्रवाल:Agarwal/Aggarwal चौधरी:Chaudhary/Choudhary "
                           "मेहता:Mehta देसाई:Desai "
                           "कपूर:Kapoor/Kapur बनर्जी:Banerjee/Banerji मुखर्जी:Mukherjee/Mookerjee दास:Das/Dass "
                           "घोष:Ghosh/Ghose पांडे:Pandey/Pande "
                           "तिवारी:Tiwari/Tewari दुबे:Dubey/Dube ठाकुर:Thakur चौहान:Chauhan/Chohan त्रिपाठी:Tripathi "
                           "सक्सेना:Saxena/Saksena भट्ट:Bhatt/Bhat",
                 .onset = "क:k ख:kh ग:g घ:gh च:ch ज:j त:t थ:th द:d ध:dh न:n प:p ब:b भ:bh म:m य:y र:r ल:l व:v/w श:sh "
                          "स:s ह:h",
                 .nucleus = ":a ा:a/aa ि:i ी:i/ee ु:u ू:u/oo े:e ो:o ै:ai",
                 .coda = "र:r न:n ल:l म:m ड:d ट:t त:t क:k स:s ण:n",
                 .ending =
                         "वाल:wal कर:kar िया:iya ी:i ानी:ani ेश:esh े:e राज:raj न:an पति:pathi/pati मूर्ति:murthy/moorthy"},
	[PEOPLE_WEST_AFRICAN] = {.countries = "ng ng ng ng gh gh sn ml ci gm",
                                 .male = "Oluwaseun Chukwuemeka Ibrahim Musa Abdullahi Emeka Chinedu Tunde Femi Kwame "
                                         "Kofi Kwabena Yaw Mamadou Ousmane Moussa Ibrahima "
                                         "Sani Aminu Usman Yusuf Adewale Babatunde Segun Ikenna Obinna Uche Amadou "
                                         "Cheikh Abdoulaye Boubacar Kwasi Nnamdi Ifeanyi",
                                 .female = "Ngozi Chioma Amina Fatima Aisha Hauwa Funmilayo Folake Titilayo Adaeze "
                                           "Ifeoma Chinwe Ama Akosua Abena Efua Aminata "
                                           "Fatoumata Mariama Awa Ndeye Bola Yetunde Halima Zainab Nneka",
                                 .family = "Okafor Okonkwo Adeyemi Adebayo Ibrahim Mohammed Abubakar Eze Nwosu Balogun "
                                           "Ogunleye Bello Yakubu Mensah Owusu Boateng Asante "
                                           "Osei Diallo Traoré Keita Coulibaly Diop Ndiaye Fall Sow Ba Touré Camara "
                                           "Cissé Konaté Sarr Gueye Okeke Obi Nwachukwu Adeleke "
                                           "Akinola Olawale Danjuma Garba Shehu Lawal Appiah Agyeman Antwi Ofori Sesay "
                                           "Kamara Conteh Jallow Ceesay",
                                 .onset = "ade olu ola ayo ogun oye akin fola omo ire temi nwa chi oko eze ugo obi ike "
                                          "ama osa ba da ma ka sa di ko",
                                 .nucleus = "a e i o u",
                                 .coda = "b d f k l m n r s t gb w y kw",
                                 .ending = "wale bayo dele kunle sola tunde yemi biyi niyi goke gbenga lade ola oye "
                                           "uko emeka obi dike ibe la go ne"},
	[PEOPLE_INDONESIAN] =
		{.countries = "id id id id id my ph",
                 .male = "Muhammad Ahmad Budi Agus Joko Slamet Bambang Eko Dwi Hendra Iwan Rudi Andi Dedi Wahyu Yusuf "
                         "Abdul Hadi Rizky Bayu Arif Taufik "
                         "Sutrisno Suparman Nurdin Syamsul Imam Fajar Dodi Gunawan Irwan Zulkifli Hambali Umar",
                 .female = "Siti Sri Dewi Nur Rina Ani Wati Ratna Indah Fitri Yuni Endang Lestari Puji Wulan Maya Ayu "
                           "Aisyah Kartika Sari Rahayu Susanti",
                 .family = "Setiawan Santoso Wijaya Hidayat Saputra Kurniawan Nugroho Suryanto Susanto Rahman Siregar "
                           "Nasution Lubis Simanjuntak Sitompul "
                           "Hutapea Panjaitan Tanjung Harahap Wibowo Purnomo Pranoto Hartono Widodo Suharto Ismail "
                           "Hasan Basri Hakim Maulana Ramadhan",
                 .onset = "su wi har pra nu ku se ra ta ma sa di ba la pa ja yu tri dar sur sut",
                 .nucleus = "a i o u",
                 .coda = "n r t d k m s l ng p w",
                 .ending = "anto ono awan adi yono jaya tama putra wati min man din to ningsih wan ta ah"},
};

const char people_trade_words[] = "Global Oriental Delta Horizon Crescent Falcon Caspian Baltic Atlas Meridian Pacific "
				  "Golden Silver Northern Eastern Al-Noor Al-Amal Orion "
				  "Phoenix Star Blue Lotus Dragon Unity Prime Summit Vega Astra Nile Tigris Euphrates "
				  "Volga Ural Sahara Andes Sierra Cedar Palm Amber Polar "
				  "Marine Emerald Zenith Vostok Sokol Almaz Granit Severny Yug Trans Inter Euro Asia "
				  "Afro Metro Techno Agro Petro Energo Stal Khazar Zagros";

const char people_trade_kinds[] = "Trading Shipping Logistics Holdings Industries Engineering Petroleum Energy "
				  "Investments Development Exchange Electronics Construction "
				  "Chemicals Airlines Machinery Metals Foods Textile Consulting Management Maritime "
				  "Mining Aviation Bank Foundation Charity Technologies";

const char people_vessel_words[] = "Star Pearl Ocean Sea Queen Princess Lady Grace Hope Fortune Victory Glory Spirit "
				   "Wind Wave Dolphin Eagle Falcon Lion Tiger Dragon Sun Moon "
				   "Light Dawn Pioneer Voyager Explorer Express Carrier Trader Navigator Horizon "
				   "Atlantic Pacific Baltic Arctic Caspian Jasmine Lotus Rose Amber "
				   "Crystal Diamond Ruby Sapphire Emerald Golden Silver Blue Red White Black Happy "
				   "Lucky Noble Royal Mighty Swift Silent Eternal";

const char people_passports[] = "eg:A99999999 iq:A99999999 sy:N999999999 sa:A99999999 ye:09999999 ma:AA9999999 "
				"dz:999999999 tn:A999999 ly:AA999999 jo:A999999 lb:LR9999999 "
				"sd:P99999999 ae:A9999999 kw:999999999 ps:9999999 ir:A99999999 af:P99999999 "
				"tj:999999999 pk:AA9999999 bd:AA9999999 tr:U99999999 az:C99999999 "
				"de:CXXXXXXX9 ru:999999999 by:MP9999999 kz:N99999999 kg:AC9999999 ua:AA999999 "
				"md:AA9999999 cn:E99999999 hk:K99999999 tw:399999999 sg:K9999999A "
				"kr:M99999999 kp:999999999 jp:TR9999999 mx:G99999999 co:AA999999 ve:999999999 "
				"es:AAA999999 ar:AAA999999 pe:999999999 cu:A999999 cl:F99999999 "
				"ec:A9999999 gt:999999999 hn:A999999 sv:A99999999 br:AA999999 pt:A999999 ao:N9999999 "
				"mz:99AA99999 fr:99AA99999 be:AA999999 ca:AA999999 "
				"ch:X9999999 sn:A99999999 ci:99AA99999 cd:AA9999999 us:999999999 gb:999999999 "
				"au:PA9999999 nz:LA999999 ie:PA9999999 za:A99999999 at:U9999999 "
				"in:A9999999 np:99999999 lk:N9999999 mu:9999999 ng:A99999999 gh:G9999999 ml:AA9999999 "
				"gm:PC999999 id:C9999999 my:A99999999 ph:P9999999A";
