/* Every notice that reaches the own office: asked for by words, colour, state, owner, crime area and form; as a list or as
 * a gallery. The numbers beside the choices are those that choosing them would give. */
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { type Facet, type Facets, type NoticeLine, type NoticePage, codes, learnCodes, officeName, word } from '../../api/notices';
import { useKeys } from '../../frame/keys';
import { hrefOf, query, restate } from '../../frame/router';
import { say } from '../../frame/say';
import { gallery, searches } from '../../frame/store';
import { may } from '../../frame/who';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Stamp } from '../../parts/Stamp';
import { Trouble } from '../../parts/Trouble';
import { Virtual } from '../../parts/Virtual';
import { type Key, t } from '../../strings';
import { compare, date, number } from '../../strings/format';
import { type Asked, FACETS, NOTHING, ORDERS, addressOf, questionOf, readAsked, readSaved } from './ask';

const PAGE = 100;
const WAIT_MS = 180; /* after the last key before it is asked */

function wordOf(facet: Facet, value: string): string {
	if (facet === 'owner') return officeName(value);
	if (facet === 'form') return t(`form.${value}` as Key);
	return word(facet, value);
}

function Face({ notice }: { readonly notice: NoticeLine }): JSX.Element {
	return notice.photograph != null ? (
		<img class="face" src={`/api/v1/notices/${notice.href}/pictures/${notice.photograph}`} alt="" loading="lazy" decoding="async" />
	) : (
		<span class="face face-none" aria-hidden="true">
			<Icon name={notice.colour === 'purple' || notice.colour === 'orange' || notice.colour === 'silver' ? 'notice' : 'people'} />
		</span>
	);
}

function Line({ notice }: { readonly notice: NoticeLine }): JSX.Element {
	return (
		<a class="notice-line" data-colour={notice.colour} href={hrefOf('notice', notice.href)}>
			<Face notice={notice} />
			<span class="notice-line-who">
				{/* The name's own direction: what is cut off is its end, also of Latin letters in Arabic. */}
				<strong dir="auto">
					<Name text={notice.caption !== '' ? notice.caption : t('none')} />
				</strong>
				<small>
					<Code text={notice.id} /> · {word('colour', notice.colour)}
				</small>
			</span>
			<span class="notice-line-crimes">{(notice.crimes ?? []).map((one) => word('crime', one)).join(' · ')}</span>
			<span class="notice-line-owner">
				<span>
					<Name text={officeName(notice.owner)} />
				</span>
				<small>{notice.published !== null ? <bdi>{date(notice.published.slice(0, 10))}</bdi> : t('notices.unpublished')}</small>
			</span>
			<Stamp state={notice.state} />
		</a>
	);
}

function Card({ notice }: { readonly notice: NoticeLine }): JSX.Element {
	return (
		<a class="notice-card" data-colour={notice.colour} href={hrefOf('notice', notice.href)}>
			<Face notice={notice} />
			<strong dir="auto">
				<Name text={notice.caption !== '' ? notice.caption : t('none')} />
			</strong>
			<small>{word('colour', notice.colour)}</small>
			<small>
				<Name text={officeName(notice.owner)} />
			</small>
		</a>
	);
}

/* Pages as they are needed. What came for an earlier question is dropped. How many there are in all is counted with the facets: the
 * first page need not wait for it. `known`: rows of which that is certain without it. */
function usePages(asked: Asked): { readonly known: number | null; readonly whole: boolean; readonly at: (index: number) => NoticeLine | undefined; readonly seen: (first: number, last: number) => void; readonly failed: unknown } {
	const question = questionOf(asked, false);
	const pages = useRef({ question: '', found: new Map<number, readonly NoticeLine[] | null>() });
	const [first, setFirst] = useState<{ readonly question: string; readonly rows: number; readonly whole: boolean } | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [, again] = useState(0);
	const fetchPage = useCallback(
		(page: number): void => {
			const kept = pages.current;
			if (kept.found.has(page)) return;
			kept.found.set(page, null);
			read<NoticePage>(`notices?limit=${PAGE}&count=no${page > 0 ? `&skip=${page * PAGE}` : ''}${question !== '' ? `&${question}` : ''}`).then(
				(told) => {
					if (pages.current !== kept) return;
					kept.found.set(page, told.notices);
					setFailed(null);
					if (page === 0) setFirst({ question, rows: told.notices.length, whole: told.next === null });
					again((count) => count + 1);
				},
				(error) => {
					if (pages.current !== kept) return;
					kept.found.delete(page);
					setFailed(error);
				},
			);
		},
		[question],
	);
	useEffect(() => {
		pages.current = { question, found: new Map() };
		fetchPage(0);
	}, [question]);
	const seen = useCallback(
		(first: number, last: number): void => {
			const mine = pages.current;
			setTimeout(() => {
				if (pages.current !== mine || mine.question !== question) return;
				for (let page = Math.floor(first / PAGE); page <= Math.floor(Math.max(first, last - 1) / PAGE); page++) fetchPage(page);
			}, 40);
		},
		[question],
	);
	return { known: first?.rows ?? null, whole: first?.whole === true && first.question === question, at: (index) => pages.current.found.get(Math.floor(index / PAGE))?.[index % PAGE], seen, failed };
}

function FacetList(props: { readonly facet: Facet; readonly values: NonNullable<Facets[Facet]>; readonly chosen: string; readonly onChoose: (value: string) => void }): JSX.Element {
	const [all, setAll] = useState(false);
	const label = t(`facet.${props.facet}`);
	const order = props.facet === 'colour' ? Object.keys(codes.value?.colour ?? {}) : null;
	const sorted = [...props.values].sort((a, b) => (order !== null ? order.indexOf(a.value) - order.indexOf(b.value) : b.count - a.count || compare(wordOf(props.facet, a.value), wordOf(props.facet, b.value))));
	if (props.chosen !== '' && !sorted.some((one) => one.value === props.chosen)) sorted.unshift({ value: props.chosen, count: 0 });
	const most = props.facet === 'owner' || props.facet === 'crime' ? 8 : 14;
	const shown = all ? sorted : sorted.filter((one, index) => index < most || one.value === props.chosen);
	return (
		<fieldset class="facet">
			<legend>{label}</legend>
			{shown.map((one) => (
				<button key={one.value} type="button" class="facet-value" aria-pressed={one.value === props.chosen} data-colour={props.facet === 'colour' ? one.value : undefined} onClick={() => props.onChoose(one.value === props.chosen ? '' : one.value)}>
					<span>
						<bdi>{wordOf(props.facet, one.value)}</bdi>
					</span>
					<span class="number">{number(one.count)}</span>
				</button>
			))}
			{sorted.length > shown.length && (
				<button type="button" class="button-quiet" onClick={() => setAll(true)}>
					{t('more', { count: sorted.length - shown.length })}
				</button>
			)}
		</fieldset>
	);
}

function Searches({ asked, onTake }: { readonly asked: Asked; readonly onTake: (asked: Asked) => void }): JSX.Element {
	const [name, setName] = useState<string | null>(null);
	const saved = readSaved(searches.value);
	return (
		<section class="facet" aria-label={t('searches.title')}>
			<h2>{t('searches.title')}</h2>
			{saved.map((one, index) => (
				<div class="row saved" key={`${index} ${one.name}`}>
					<button type="button" class="facet-value" onClick={() => onTake(one.asked)}>
						<Icon name="star" />
						<span>
							<Name text={one.name} />
						</span>
					</button>
					<button type="button" class="button-quiet" aria-label={t('searches.forget', { name: one.name })} onClick={() => (searches.value = JSON.stringify(saved.filter((_, at) => at !== index)))}>
						<Icon name="close" />
					</button>
				</div>
			))}
			{name === null ? (
				<button type="button" class="button-quiet" onClick={() => setName('')}>
					<Icon name="star" />
					{t('searches.save')}
				</button>
			) : (
				<form
					class="stack"
					onSubmit={(event) => {
						event.preventDefault();
						if (name.trim() === '') return;
						searches.value = JSON.stringify([...saved, { name: name.trim().slice(0, 80), asked }]);
						say(t('searches.saved'));
						setName(null);
					}}
				>
					<label>
						<span>{t('searches.name')}</span>
						<input type="text" dir="auto" autofocus required maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} />
					</label>
					<div class="row">
						<button type="submit">{t('searches.keep')}</button>
						<button type="button" class="button-quiet" onClick={() => setName(null)}>
							{t('cancel')}
						</button>
					</div>
				</form>
			)}
			<p class="field-help">{t('searches.help')}</p>
		</section>
	);
}

export default function NoticesPage(): JSX.Element {
	const address = query.value;
	const [words, setWords] = useState('');
	const [asking, setAsking] = useState('');
	const [{ facets, of, counted }, setFacets] = useState<{ readonly facets: Facets; readonly of: string | null; readonly counted: number }>({ facets: {}, of: null, counted: 0 });
	const [failed, setFailed] = useState<unknown>(null);
	const field = useRef<HTMLInputElement>(null);
	const asked = useMemo((): Asked => ({ ...readAsked(address), words: asking }), [address, asking]);
	const { known, whole, at, seen, failed: listFailed } = usePages(asked);
	useEffect(() => void learnCodes().catch(setFailed), []);
	useEffect(() => {
		const timer = setTimeout(() => setAsking(words), WAIT_MS);
		return () => clearTimeout(timer);
	}, [words]);
	const facetsOf = questionOf(asked, true);
	useEffect(() => {
		let mine = true;
		read<Facets & { readonly total: number }>(`notices/facets${facetsOf !== '' ? `?${facetsOf}` : ''}`).then(({ total: all, ...found }) => mine && setFacets({ facets: found, of: facetsOf, counted: all }), () => undefined);
		return () => {
			mine = false;
		};
	}, [facetsOf]);
	const total = known === null ? null : of === facetsOf ? counted : whole ? known : null;
	const lines = total ?? known;
	useEffect(() => {
		if (total !== null) say(t('notices.count', { count: total }));
	}, [total]);
	const take = (next: Asked): void => {
		setWords(next.words);
		setAsking(next.words);
		restate(addressOf(next));
	};
	useKeys([{ keys: '/', label: 'keys.search', run: () => field.current?.focus() }], []);
	const chosen = FACETS.filter((facet) => asked[facet] !== '');
	const ready = codes.value !== null;
	return (
		<div class="page page-wide">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('notices.title')}</h1>
				<div class="row">
					{may('notices.review') && (
						<a class="button" href="/desk/bench">
							<Icon name="scales" />
							{t('nav.bench')}
						</a>
					)}
					{may('notices.write') && (
						<a class="button button-main" href="/desk/draft/new">
							<Icon name="pen" />
							{t('notices.new')}
						</a>
					)}
				</div>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{listFailed !== null && <Trouble error={listFailed} />}
			<search class="notices-ask">
				<label class="notices-words">
					<span class="unseen">{t('notices.words')}</span>
					<Icon name="search" />
					<input ref={field} type="search" data-field="words" dir="auto" autocomplete="off" spellcheck={false} maxLength={200} placeholder={t('notices.words')} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
				</label>
				<label class="row">
					<span>{t('notices.order')}</span>
					<select value={asked.order} onChange={(event) => take({ ...asked, order: event.currentTarget.value as Asked['order'] })}>
						{ORDERS.map((one) => (
							<option key={one} value={one}>
								{t(`order.${one}`)}
							</option>
						))}
					</select>
				</label>
				<button type="button" aria-pressed={gallery.value} onClick={() => (gallery.value = !gallery.value)}>
					<Icon name={gallery.value ? 'lists' : 'grid'} />
					{t(gallery.value ? 'notices.list' : 'notices.gallery')}
				</button>
			</search>
			<div class="notices">
				<details class="notices-facets" open={matchMedia('(width >= 60rem)').matches}>
					<summary>{t('notices.narrow')}</summary>
					{ready && FACETS.map((facet) => (facets[facet] !== undefined || asked[facet] !== '') && <FacetList key={facet} facet={facet} values={facets[facet] ?? []} chosen={asked[facet]} onChoose={(value) => take({ ...asked, [facet]: value })} />)}
					<Searches asked={asked} onTake={take} />
				</details>
				<section class="notices-found" aria-busy={lines === null}>
					<div class="row">
						<p class="notices-count" data-total={total ?? ''}>
							{total !== null ? t('notices.count', { count: total }) : listFailed === null ? t('loading') : ''}
						</p>
						{chosen.map((facet) => (
							<button key={facet} type="button" class="topic" aria-label={t('notices.without', { what: wordOf(facet, asked[facet]) })} onClick={() => take({ ...asked, [facet]: '' })}>
								{wordOf(facet, asked[facet])}
								<Icon name="close" />
							</button>
						))}
						{(chosen.length > 1 || words !== '') && (
							<button type="button" class="button-quiet" onClick={() => take({ ...NOTHING, order: asked.order })}>
								{t('notices.all')}
							</button>
						)}
					</div>
					{total === 0 && <p class="card empty">{t('notices.none')}</p>}
					{ready && lines !== null && lines > 0 && (
						<Virtual
							key={questionOf(asked, false)}
							label={t('notices.title')}
							count={lines}
							height={gallery.value ? 16.5 : 4.75}
							least={gallery.value ? 11.5 : 0}
							onSeen={seen}
							cell={(index) => {
								const notice = at(index);
								if (notice === undefined) return <span class="notice-waiting">{t('loading')}</span>;
								return gallery.value ? <Card notice={notice} /> : <Line notice={notice} />;
							}}
						/>
					)}
				</section>
			</div>
		</div>
	);
}
