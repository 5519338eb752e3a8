"""What is broken on a page, without an eye to see it: nothing there, something over the edge, text that is cut, words that are
missing. For tools/pictures and the tests."""

# In the page as it is: one line for each fault.
LOOK = r"""(() => {
    const found = [];
    const main = document.querySelector('main') ?? document.querySelector('.hall') ?? document.body;
    const where = one => (one.id ? '#' + one.id : one.tagName.toLowerCase() + [...one.classList].map(name => '.' + name).join('')) + ' "' + (one.innerText ?? '').trim().slice(0, 30) + '"';
    const seen = one => one.checkVisibility() && one.getClientRects().length > 0 && !one.closest('.unseen, .skip, [aria-hidden=true]');
    if (main.innerText.trim().length < 20) found.push('nothing on the page');
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (over > 0) found.push(`${over} pixels over the edge`);
    for (const one of main.querySelectorAll('button, .button, th, dt, dd, td, legend, label, .topic, h1, h2, h3, p, li > a')) {
        if (!seen(one) || one.scrollWidth <= one.clientWidth + 1 || one.clientWidth === 0) continue;
        const style = getComputedStyle(one);
        if (style.display === 'inline' || style.overflowX === 'auto' || style.overflowX === 'scroll' || style.textOverflow === 'ellipsis') continue;
        if (one.querySelector('.unseen, input, .scroll, svg.months')) continue;
        found.push('text is cut: ' + where(one));
    }
    for (const one of main.querySelectorAll('h1, h2, h3, button, a[href], label, th, dt, legend, option, summary')) {
        if (!seen(one) && one.tagName !== 'OPTION') continue;
        const named = (one.textContent ?? '').trim() || one.getAttribute('aria-label') || one.title || one.querySelector('img[alt]:not([alt=""]), svg title, [aria-label]');
        if (!named && !(one.tagName === 'OPTION' && one.value === '')) found.push('no word at ' + where(one));
    }
    const odd = /\bundefined\b|\bNaN\b|\[object |\{(?:count|name|office|day|time|year|number)\}/.exec(main.innerText);
    if (odd) found.push('a word is missing: ' + odd[0]);
    return found;
})()"""


def broken(desk, language, hostile=False):
    """At the size that the page has, and as on a telephone; `hostile`: names on it look like faults of ours."""
    found = desk.run(LOOK)
    if desk.run("document.documentElement.lang") != language:
        found.append("another language than was asked for")
    if not desk.run("Boolean(document.querySelector('dialog[open], .hall'))"):
        width, height = desk.run("[innerWidth, innerHeight]")
        desk.size(360, 740)
        desk.settled()
        found += [f"at 360 pixels: {one}" for one in desk.run(LOOK)]
        desk.size(width, height)
    return [one for one in found if not hostile or "a word is missing" not in one]
