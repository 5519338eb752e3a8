/* The frame around every page: head, navigation, the state of the line, palette, help. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Refusal, api } from '../api/client';
import { known, learn, line, oldest, unknown, watchLine } from '../api/line';
import { headLine, learnLine, open } from '../api/outbox';
import { Icon } from '../parts/Icon';
import { T } from '../parts/T';
import { GROUPS, type PageProps, type Route, routes } from '../routes';
import { LANGUAGE_NAMES, speak, t } from '../strings';
import { ago, clock } from '../strings/format';
import { Ended } from './Ended';
import { Help } from './Help';
import { useKeys } from './keys';
import { Palette } from './Palette';
import { go, hrefOf, path, placeOf } from './router';
import { Voices, say, sayNow } from './say';
import { LANGUAGES, language, staleDays, theme, token } from './store';
import { Token } from './Token';
import { ended, learnWho, offered, stillSigned } from './who';

const pages = new Map<string, ComponentType<PageProps>>();

/* Also keeps the page shown until the next one is there. */
async function loaded(route: Route): Promise<ComponentType<PageProps>> {
	const found = pages.get(route.name) ?? (await route.load()).default;
	pages.set(route.name, found);
	return found;
}

function Brand(): JSX.Element {
	return (
		<a class="brand" href="/" aria-label={t('brand.home')}>
			<svg viewBox="0 0 40 24" aria-hidden="true" focusable="false">
				<path d="M1 17h38 M4 17a16 12 0 0 1 32 0 M12 8.600V17 M20 5V17 M28 8.600V17 M4 17v5 M36 17v5" />
			</svg>
			<span>{t('brand')}</span>
		</a>
	);
}

function Navigation({ current }: { readonly current: string | null }): JSX.Element {
	return (
		<nav class="navigation" aria-label={t('nav.label')}>
			<div class="navigation-all">
				{GROUPS.map((group) => {
					const mine = routes.filter((route) => route.group === group && offered(route));
					return (
						mine.length > 0 && (
							<div key={group} class="navigation-group">
								<p class="navigation-title" id={`group-${group}`}>
									{t(`group.${group}`)}
								</p>
								<ul aria-labelledby={`group-${group}`}>
									{mine.map((route) => (
										<li key={route.name}>
											<a href={route.path} aria-current={route.name === current ? 'page' : undefined}>
												<Icon name={route.icon} />
												<span>{t(route.title)}</span>
											</a>
										</li>
									))}
								</ul>
							</div>
						)
					);
				})}
			</div>
		</nav>
	);
}

function Tools({ onPalette, onHelp }: { readonly onPalette: () => void; readonly onHelp: () => void }): JSX.Element {
	const themes = ['system', 'light', 'dark'] as const;
	return (
		<div class="tools">
			<button type="button" class="tools-palette" onClick={onPalette} aria-keyshortcuts="Control+K">
				<Icon name="search" />
				<span>{t('palette.find')}</span>
				<kbd>
					<bdi dir="ltr">Ctrl K</bdi>
				</kbd>
			</button>
			<label class="tools-language">
				<Icon name="globe" />
				<span class="unseen">{t('settings.language')}</span>
				<select value={language.value} onChange={(event) => void speak(event.currentTarget.value as typeof language.value)}>
					{LANGUAGES.map((one) => (
						<option key={one} value={one} lang={one}>
							{LANGUAGE_NAMES[one]}
						</option>
					))}
				</select>
			</label>
			<button
				type="button"
				class="button-quiet"
				aria-label={t('theme.now', { theme: t(`theme.${theme.value}`) })}
				title={t('theme.now', { theme: t(`theme.${theme.value}`) })}
				onClick={() => {
					theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system';
				}}
			>
				<Icon name={theme.value === 'light' ? 'sun' : theme.value === 'dark' ? 'moon' : 'screen'} />
			</button>
			<button type="button" class="button-quiet" aria-label={t('keys.help')} title={t('keys.help')} aria-keyshortcuts="?" onClick={onHelp}>
				<Icon name="keyboard" />
			</button>
		</div>
	);
}

/* A minute's tick, so that ages grow while the page is looked at. */
function useNow(): Date {
	const [now, setNow] = useState(new Date());
	useEffect(() => {
		const timer = setInterval(() => setNow(new Date()), 20_000);
		return () => clearInterval(timer);
	}, []);
	return now;
}

function Foot(): JSX.Element {
	const now = useNow();
	const age = oldest(now);
	const stale = age !== null && age > staleDays.value * 86400;
	return (
		<footer class="foot">
			<span class={`foot-line ${line.value.up ? '' : 'foot-bad'}`}>
				<Icon name={line.value.up ? 'link' : 'cut'} />
				{line.value.up ? t('line.up') : t('line.since', { time: clock(line.value.since) })}
			</span>
			<a href="/desk/lists" class={stale || known.value?.lists.length === 0 ? 'foot-bad' : ''}>
				<Icon name={stale ? 'warning' : 'lists'} />
				{known.value === null ? t('lists.unknown') : known.value.lists.length === 0 ? t('lists.none') : <T k="lists.short" count={known.value.lists.length} age={ago(age ?? 0)} />}
			</a>
		</footer>
	);
}

/* At a node whose line to headquarters is cut: checks are answered here, and what is written waits here. */
function CutFromHeadquarters(): JSX.Element | null {
	const node = headLine.value;
	if (node == null || node.connected) return null;
	return (
		<div class="cut-line cut-headquarters" role="status" data-cut>
			<Icon name="cut" size="large" />
			<div>
				<strong>{t('outbox.cut')}</strong>
				<p>
					{t(node.writes ? 'outbox.cut.writes' : 'outbox.cut.post')}{' '}
					{node.writes && open.value > 0 && <a href={hrefOf('outbox')}>{t('outbox.waiting', { count: open.value })}</a>}
				</p>
			</div>
		</div>
	);
}

function CutLine(): JSX.Element | null {
	const now = useNow();
	if (line.value.up) return <CutFromHeadquarters />;
	const age = oldest(now);
	return (
		<div class="cut-line" role="alert">
			<Icon name="cut" size="large" />
			<div>
				<strong>{t('line.cut', { time: clock(line.value.since) })}</strong>
				<p>
					{t('line.meaning')} {age !== null && t('line.lists', { age: ago(age) })}
				</p>
			</div>
		</div>
	);
}

export function App(): JSX.Element {
	const [shownDialog, setOpen] = useState<'palette' | 'help' | 'token' | null>(null);
	const place = useComputed(() => placeOf(path.value));
	const shown = useSignal<{ page: ComponentType<PageProps>; route: Route; values: readonly string[]; address: string } | null>(null);
	const failed = useSignal(false);
	const main = useRef<HTMLElement>(null);
	const first = useRef(true);
	const wasUp = useRef(true);

	useSignalEffect(() => {
		const { route, values } = place.value;
		const address = path.value;
		failed.value = false;
		if (route === null) {
			shown.value = null;
			return;
		}
		loaded(route).then(
			(page) => {
				if (path.peek() === address) shown.value = { page, route, values, address };
			},
			() => {
				failed.value = true;
			},
		);
	});
	useEffect(() => {
		/* An installation without anybody leads its first administrator on. */
		void learnWho().then((found) => {
			if (found.setup === true && path.peek() === '/') go(hrefOf('setup'));
		});
		watchLine(async () => {
			const asked = token.peek();
			try {
				const told = await api.lists();
				learn(told.lists, told.rules);
				await learnLine();
				await stillSigned();
			} catch (error) {
				/* An answer to another token than the one that is in use now says nothing. */
				if (error instanceof Refusal && error.trouble === 'token' && token.peek() === asked) setOpen((now) => now ?? 'token');
			}
		});
	}, []);
	useSignalEffect(() => {
		const { up, since } = line.value;
		if (up && !wasUp.current) say(t('line.back', { time: clock(since) }));
		if (!up && wasUp.current) sayNow(t('line.cut', { time: clock(since) }));
		wasUp.current = up;
	});
	useSignalEffect(() => {
		if (unknown.value > 0) void stillSigned();
	});
	const title = t(place.value.route?.title ?? 'missing.title');
	useEffect(() => {
		document.title = `${title} · ${t('brand')}`;
	}, [title]);
	const address = shown.value?.address;
	/* As the page comes and not later: by then somebody may be in a field of it. */
	useLayoutEffect(() => {
		if (address === undefined) return;
		if (!first.current) main.current?.querySelector<HTMLElement>('h1')?.focus();
		first.current = false;
	}, [address]);
	useKeys(
		[
			{ keys: 'Ctrl+K', label: 'keys.palette', run: () => setOpen('palette') },
			{ keys: '? F1', label: 'keys.help', run: () => setOpen('help') },
		],
		[],
	);

	const Page = shown.value?.page;
	const bare = place.value.route?.bare === true;
	useLayoutEffect(() => {
		document.documentElement.toggleAttribute('data-bare', bare);
	}, [bare]);
	return (
		<>
			<a class="skip" href="#main" onClick={(event) => {
				event.preventDefault();
				main.current?.focus();
			}}>
				{t('skip')}
			</a>
			{!bare && (
				<>
					<header class="head">
						<Brand />
						<Tools onPalette={() => setOpen('palette')} onHelp={() => setOpen('help')} />
					</header>
					<Navigation current={place.value.route?.name ?? null} />
				</>
			)}
			<main id="main" class="main" tabIndex={-1} ref={main}>
				{!bare && <CutLine />}
				{failed.value ? (
					<div class="page">
						<h1 tabIndex={-1}>{title}</h1>
						<p role="alert">{t('page.failed')}</p>
					</div>
				) : place.value.route === null ? (
					<div class="page">
						<h1 tabIndex={-1}>{t('missing.title')}</h1>
						<p>{t('missing.text')}</p>
						<p>
							<a href="/">{t('nav.check')}</a>
						</p>
					</div>
				) : (
					Page !== undefined && <Page key={shown.value?.address} values={shown.value?.values ?? []} />
				)}
			</main>
			{!bare && <Foot />}
			<Voices />
			{ended.value !== null && <Ended />}
			{shownDialog === 'palette' && <Palette onClose={() => setOpen(null)} />}
			{shownDialog === 'help' && <Help onClose={() => setOpen(null)} />}
			{shownDialog === 'token' && (
				<Token
					refused={token.value !== ''}
					onClose={() => setOpen(null)}
					onDone={() => {
						setOpen(null);
						void api.lists().then(
							(told) => learn(told.lists, told.rules),
							() => setOpen('token'),
						);
					}}
				/>
			)}
		</>
	);
}
