/* What the rules of decision name as their ground, for reading: the text in force is the English one, which the service tells and which
 * stands beside it. Of a rule that the Assembly changed there is no such text, and the service's own stands alone. */
import type { Language } from '../frame/store';

export const ARTICLES: readonly Readonly<Record<Language, string>>[] = [
	{
		en: 'Constitution and General Regulations: a simple majority wherever they ask for nothing else',
		fr: 'Statut et Règlement général : la majorité simple, là où ils ne demandent rien d’autre',
		es: 'Estatuto y Reglamento General: mayoría simple allí donde no piden otra cosa',
		ar: 'القانون الأساسي والنظام العام: أغلبية بسيطة حيث لا يشترطان غيرها',
	},
	{
		en: "Constitution, Article 42: two thirds of the Members of the Organization; three months' notice",
		fr: 'Statut, article 42 : les deux tiers des membres de l’Organisation ; préavis de trois mois',
		es: 'Estatuto, artículo 42: dos tercios de los miembros de la Organización; tres meses de preaviso',
		ar: 'القانون الأساسي، المادة 42: ثلثا أعضاء المنظمة، بإشعار ثلاثة أشهر',
	},
	{
		en: "General Regulations, Article 56: two thirds of the delegations casting an affirmative or negative vote; 90 days' notice",
		fr: 'Règlement général, article 56 : les deux tiers des délégations votant pour ou contre ; préavis de 90 jours',
		es: 'Reglamento General, artículo 56: dos tercios de las delegaciones que voten a favor o en contra; 90 días de preaviso',
		ar: 'النظام العام، المادة 56: ثلثا الوفود المصوتة تأييدًا أو رفضًا، بإشعار 90 يومًا',
	},
	{ en: 'Constitution, Article 4: two thirds', fr: 'Statut, article 4 : les deux tiers', es: 'Estatuto, artículo 4: dos tercios', ar: 'القانون الأساسي، المادة 4: الثلثان' },
	{ en: 'Constitution, Article 40; a simple majority', fr: 'Statut, article 40 ; la majorité simple', es: 'Estatuto, artículo 40; mayoría simple', ar: 'القانون الأساسي، المادة 40، أغلبية بسيطة' },
	{ en: 'Constitution, Article 41; a simple majority', fr: 'Statut, article 41 ; la majorité simple', es: 'Estatuto, artículo 41; mayoría simple', ar: 'القانون الأساسي، المادة 41، أغلبية بسيطة' },
	{
		en: 'Constitution, Article 16: secret ballot; two thirds, after the second ballot a simple majority',
		fr: 'Statut, article 16 : scrutin secret ; les deux tiers, puis la majorité simple après le deuxième tour',
		es: 'Estatuto, artículo 16: votación secreta; dos tercios y, tras la segunda vuelta, mayoría simple',
		ar: 'القانون الأساسي، المادة 16: اقتراع سري، الثلثان، وبعد الاقتراع الثاني أغلبية بسيطة',
	},
	{ en: 'Constitution, Articles 15 to 18: secret ballot', fr: 'Statut, articles 15 à 18 : scrutin secret', es: 'Estatuto, artículos 15 a 18: votación secreta', ar: 'القانون الأساسي، المواد 15 إلى 18: اقتراع سري' },
	{ en: 'Constitution, Articles 15 and 19: secret ballot', fr: 'Statut, articles 15 et 19 : scrutin secret', es: 'Estatuto, artículos 15 y 19: votación secreta', ar: 'القانون الأساسي، المادتان 15 و19: اقتراع سري' },
	{ en: 'General Regulations, Articles 9 to 13', fr: 'Règlement général, articles 9 à 13', es: 'Reglamento General, artículos 9 a 13', ar: 'النظام العام، المواد 9 إلى 13' },
	{
		en: 'General Regulations, Articles 9 to 13: items that come late need a decision',
		fr: 'Règlement général, articles 9 à 13 : les points tardifs demandent une décision',
		es: 'Reglamento General, artículos 9 a 13: los puntos tardíos requieren una decisión',
		ar: 'النظام العام، المواد 9 إلى 13: البنود المتأخرة تحتاج إلى قرار',
	},
	{
		en: 'General Regulations, Article 52: decided at the start of the session',
		fr: 'Règlement général, article 52 : décidé au début de la session',
		es: 'Reglamento General, artículo 52: se decide al comienzo de la reunión',
		ar: 'النظام العام، المادة 52: يُبت فيه في بداية الدورة',
	},
	{ en: 'Rules of Procedure of the General Assembly', fr: 'Règlement intérieur de l’Assemblée générale', es: 'Reglamento interno de la Asamblea General', ar: 'النظام الداخلي للجمعية العامة' },
];
