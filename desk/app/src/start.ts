/* Runs before the first paint, so that the page never flashes in the wrong colours or direction. Must stay tiny and
 * read storage as frame/store.ts writes it. */
const root = document.documentElement;
function setting(name: string): unknown {
	try {
		return JSON.parse(localStorage.getItem(`jisr.${name}`) ?? 'null');
	} catch {
		return null;
	}
}
const wanted = setting('theme');
const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
root.dataset['theme'] = dark ? 'dark' : 'light';
const known = ['ar', 'en', 'fr', 'es'];
const chosen = [setting('language'), ...navigator.languages.map((name) => name.toLowerCase().split('-')[0])].find((name) => known.includes(String(name)));
root.lang = String(chosen ?? 'en');
root.dir = chosen === 'ar' ? 'rtl' : 'ltr';
