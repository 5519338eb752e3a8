/* One agreement: its life, what each party has done, its terms, its texts beside each other, what is signed, and the steps that may be
 * taken now. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Agreement } from '../../api/agreements';
import { read } from '../../api/client';
import { useHeard } from '../../api/heard';
import { learnCodes } from '../../api/notices';
import { hrefOf } from '../../frame/router';
import { language } from '../../frame/store';
import { may, ownOffice, who } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Choice } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { savePlain } from '../../parts/save';
import { Steps } from '../../parts/Steps';
import { Trouble } from '../../parts/Trouble';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { date, list, moment, number, tongue } from '../../strings/format';
import type { Values } from '../assembly/Form';
import { Words } from '../assembly/Parts';
import { AgreementStamp } from '../agreements';
import { sideName } from '../meetings/Wish';

const day = (text: string | null): string => (text === null ? '' : text.length > 10 ? moment(new Date(text)) : date(text));
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];

function Life({ one }: { readonly one: Agreement }): JSX.Element {
	const path = ['negotiated', 'agreed', ...(one.approval ? ['tabled', one.state === 'rejected' ? 'rejected' : 'approved'] : []), 'signed', 'deposited', 'in-force'];
	const states = ['ended', 'abandoned'].includes(one.state) ? [...path, one.state] : path;
	const now = states.indexOf(one.state);
	return (
		<ol class="life" aria-label={t('ag.life')}>
			{states.map((state, index) => (
				<li key={state} data-life={state} class={index < now && one.state !== 'abandoned' ? 'life-done' : ''} aria-current={index === now ? 'step' : undefined}>
					{t(`ag.state.${state}` as Key)}
				</li>
			))}
		</ol>
	);
}

function Parties({ one }: { readonly one: Agreement }): JSX.Element {
	return (
		<section class="card stack">
			<h2 class="card-title">{t('ag.parties')}</h2>
			<div class="scroll" tabIndex={0} role="region" aria-label={t('ag.parties')}>
				<table class="table">
					<caption class="unseen">{t('ag.parties')}</caption>
					<thead>
						<tr>
							<th scope="col">{t('ag.party')}</th>
							<th scope="col">{t('ag.agreed')}</th>
							<th scope="col">{t('ag.signed')}</th>
							<th scope="col">{t('ag.ratified')}</th>
							<th scope="col">{t('ag.withdrawn')}</th>
						</tr>
					</thead>
					<tbody>
						{one.signatures.map((party) => (
							<tr key={party.code} data-party={party.code}>
								<th scope="row">
									<Name text={party.name ?? sideName(party.code)} />
								</th>
								<td>{party.agreed === 0 ? t('ag.not') : party.agreed === one.revision ? t('ag.agreed.this') : t('ag.agreed.other', { revision: number(party.agreed) })}</td>
								<td>
									{party.signed === null ? (
										t('ag.not')
									) : (
										<>
											<bdi>{day(party.signed)}</bdi> {party.signer !== null && <Name text={party.signer} />}{' '}
											{party.key_id !== null && (
												<span class="small">
													{t('ag.key')} <Code text={party.key_id} />
												</span>
											)}
											{party.paper !== null && <span class="small">{t('ag.paper')}</span>}
										</>
									)}
								</td>
								<td>{party.ratified !== null && <bdi>{day(party.ratified)}</bdi>}</td>
								<td>{party.withdrawn !== null && <bdi>{day(party.withdrawn)}</bdi>}</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</section>
	);
}

function Texts({ one }: { readonly one: Agreement }): JSX.Element {
	const codes = one.texts.map((text) => text.language);
	const [chosen, setChosen] = useState<string>(codes.includes(language.value) ? language.value : (codes[0] ?? ''));
	const text = one.texts.find((has) => has.language === chosen);
	return (
		<section class="card stack" id="texts">
			<h2 class="card-title">{t('ag.texts')}</h2>
			{one.texts.length === 0 && <p class="empty">{t('ag.texts.none')}</p>}
			{one.texts.length > 0 && <Choice label={t('a.field.language')} value={chosen} options={one.texts.map((has) => ({ value: has.language, text: tongue(has.language) }))} onChange={setChosen} />}
			{text !== undefined && (
				<article lang={text.language} dir={RIGHT_TO_LEFT.includes(text.language) ? 'rtl' : 'ltr'} data-language={text.language}>
					<h3>
						<Name text={text.title} />
					</h3>
					{text.wording !== null && <pre class="agreement-wording">{text.wording}</pre>}
				</article>
			)}
			{text !== undefined && (
				<p class="small">
					{text.wording === null && t('ag.elsewhere')} SHA-256 <Code text={text.hash} />
				</p>
			)}
		</section>
	);
}

/* Headquarters acts for a party that has no office here. */
function startOf(one: Agreement, step: string): Values {
	if (step === 'agree') return { revision: one.revision };
	if (step === 'terms') return { ratifications: one.terms.ratifications, days: one.terms.days, notice_days: one.terms.notice_days, ...(one.terms.not_before !== null ? { not_before: one.terms.not_before } : {}) };
	if (step === 'table') return { session: one.session !== undefined && one.session > 0 ? one.session : '' };
	return {};
}

export default function AgreementPage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const known = who.value !== null && may('assembly.read');
	const [one, setOne] = useState<Agreement | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const load = (): void => {
		if (!known) return;
		void learnCodes().catch(() => undefined);
		read<Agreement>(`agreements/${encodeURIComponent(id)}`).then((found) => (setOne(found), setFailed(null)), setFailed);
	};
	useEffect(load, [known, id]);
	useHeard(['agreement.', 'assembly.vote.'], load);
	const hidden = ['hash', 'signature', ...(ownOffice() === 'GS' ? [] : ['party', 'paper'])];
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{one !== null ? <Words texts={one.title} /> : <Code text={id} />}</h1>
					{one !== null && (
						<p class="row">
							<Code text={one.id} /> <AgreementStamp state={one.state} /> {t(`ag.kind.${one.kind}` as Key)}
						</p>
					)}
				</div>
				<a class="button" href={hrefOf('agreements')}>
					{t('nav.agreements')}
				</a>
			</div>
			{who.value !== null && !known && <p class="card empty">{t('trouble.right')}</p>}
			{failed !== null && <Trouble error={failed} />}
			{known && one === null && failed === null && <p role="status">{t('loading')}</p>}
			{one !== null && (
				<>
					<section class="card stack" aria-label={t('ag.life')}>
						<Life one={one} />
						<dl class="facts facts-wide">
							<Fact name={t('ag.revision')} data-revision={one.revision}>{number(one.revision)}</Fact>
							<Fact name={t('ag.terms')}>
								{list([
									one.terms.ratifications > 0 ? t('ag.terms.ratifications', { count: one.terms.ratifications }) : t('ag.terms.none'),
									t('ag.terms.days', { count: one.terms.days }),
									...(one.terms.not_before !== null ? [t('ag.terms.before', { day: date(one.terms.not_before) })] : []),
									t('ag.terms.notice', { count: one.terms.notice_days }),
								])}
							</Fact>
							<Fact name={t('ag.approval')}>
								{t(one.approval ? 'ag.approval.needed' : 'ag.approval.none')}
								{one.decision !== null && (
									<>
										{' '}
										<Code text={one.decision} />
									</>
								)}
							</Fact>
							{(['proposed', 'agreed', 'signed', 'deposited', 'in_force', 'ended'] as const).map(
								(name) =>
									one[name] !== null && (
										<Fact key={name} name={t(`ag.${name}` as Key)}>
											<bdi>{day(one[name])}</bdi>
										</Fact>
									),
							)}
							{one.reason != null && (
								<Fact name={t('a.field.text')}>
									<Name text={one.reason} />
								</Fact>
							)}
						</dl>
						<Steps key={one.version} affair="agreement" plural="agreements" id={one.id} may={one.may ?? []} version={one.version} without={hidden} startOf={(step) => startOf(one, step)} onDone={load} />
					</section>
					<Parties one={one} />
					<Texts one={one} />
					<section class="card stack">
						<h2 class="card-title">{t('ag.note')}</h2>
						<p class="small">{t('ag.note.help')}</p>
						<pre class="code agreement-note" dir="ltr" tabIndex={0} role="region" aria-label={t('ag.note')}>
							{one.note}
						</pre>
						<p class="row notice-steps">
							<button type="button" onClick={() => savePlain(`${one.id}.note`, one.note)}>
								<Icon name="download" />
								{t('ag.note.save')}
							</button>
						</p>
					</section>
				</>
			)}
		</div>
	);
}
