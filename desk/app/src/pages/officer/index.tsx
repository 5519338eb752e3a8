/* One officer for who is in charge: what he signs in with, and taking it away. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Means, Officer } from '../../api/admin';
import { read } from '../../api/client';
import type { Answer } from '../../api/sign';
import { learnCodes, officeName } from '../../api/notices';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { may, who } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { Refused } from '../../parts/Refused';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { date, moment } from '../../strings/format';
import { stateOf } from './Parts';
import { Standing } from './Standing';

const day = (at: string | null): string => (at !== null ? date(at.slice(0, 10)) : t('mean.never'));

interface Ending {
	readonly path: string;
	readonly title: string;
	readonly meaning: string;
}

/* The SHA-256 of a certificate's bytes, out of its PEM file. */
async function printOf(pem: string): Promise<string | null> {
	const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
	if (body === undefined) return null;
	try {
		const bytes = Uint8Array.from(atob(body.replace(/\s/g, '')), (letter) => letter.charCodeAt(0));
		return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((one) => one.toString(16).padStart(2, '0')).join('');
	} catch {
		return null;
	}
}

function Certificate({ act, officer, onDone }: { readonly act: Act; readonly officer: string; readonly onDone: () => void }): JSX.Element {
	const [print, setPrint] = useState('');
	const [scopes, setScopes] = useState('check');
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		const answer = await act<Told>('POST', `officers/${officer}/certificates`, { sha256: print.trim(), scopes: scopes.split(/[\s,]+/).filter((one) => one !== '') });
		if (answer.status === 201) onDone();
		else setRefused(answer);
	};
	return (
		<details>
			<summary>{t('mean.certificate.add')}</summary>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				<Field label={t('mean.certificate.file')}>{(ids) => <input {...ids} type="file" accept=".pem,.crt" onChange={(event) => void event.currentTarget.files?.[0]?.text().then(printOf).then((found) => setPrint(found ?? ''))} />}</Field>
				<Field label={t('mean.certificate.print')}>{(ids) => <input {...ids} name="print" type="text" class="code" dir="ltr" autocomplete="off" spellcheck={false} required maxLength={95} pattern="[0-9A-Fa-f:]{64,95}" value={print} onInput={(event) => setPrint(event.currentTarget.value)} />}</Field>
				<Field label={t('mean.scopes')} help={t('mean.scopes.help')}>{(ids) => <input {...ids} type="text" class="code" dir="ltr" autocomplete="off" required maxLength={500} value={scopes} onInput={(event) => setScopes(event.currentTarget.value)} />}</Field>
				{refused !== null && <Refused answer={refused} />}
				<div class="row row-end">
					<button type="submit">{t('mean.certificate.add')}</button>
				</div>
			</form>
		</details>
	);
}

export default function OfficerPage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const { act, dialog } = useAct();
	const [officer, setOfficer] = useState<Officer | null>(null);
	const [means, setMeans] = useState<Means | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [ending, setEnding] = useState<Ending | null>(null);
	const charge = may('officers.change');
	const load = async (): Promise<void> => {
		try {
			const [found] = await Promise.all([read<Officer>(`officers/${encodeURIComponent(id)}`), learnCodes()]);
			setOfficer(found);
			if (!charge || found.state !== 'active') return;
			const answer = await act<Means>('GET', `officers/${encodeURIComponent(id)}/means`);
			setMeans(answer.status === 200 ? answer.body : null);
			setRefused(answer.status === 200 ? null : answer);
		} catch (error) {
			setFailed(error);
		}
	};
	useEffect(() => void load(), [id, charge]);
	/* Who moved has another number, and so another page. */
	const changed = (now: string): void => {
		say(t('officers.done'));
		setMeans(null);
		if (now !== id) go(hrefOf('officer', now));
		else void load();
	};
	const name = officer?.name ?? id;
	const nothing = means !== null && means.password === null && means.passkeys.length + means.tokens.length + means.certificates.length === 0;
	return (
		<div class="page">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>
						<Name text={name} />
					</h1>
					<p class="small">
						<Code text={id} /> {officer !== null && <Name text={officeName(officer.office)} />}
					</p>
				</div>
				{officer !== null && (
					<a class="button" href={hrefOf('office', officer.office)}>
						{t('officers.office')}
					</a>
				)}
			</div>
			{failed !== null && <Trouble error={failed} />}
			{officer !== null && (
				<section class="card stack">
					<dl class="facts facts-wide">
						<Fact name={t('officers.state')} data-state={officer.state}>{stateOf(officer)}</Fact>
						<Fact name={t('offices.since')}>
							<bdi>{date(officer.since.slice(0, 10))}</bdi>
						</Fact>
						<Fact name={t('sign.login')}>{officer.login !== null ? <Code text={officer.login} /> : null}</Fact>
					</dl>
					{officer.roles.map((role) => (
						<p key={role}>
							<strong>{t(`role.${role}` as Key)}</strong>: {t(`rolew.${role}` as Key)}
						</p>
					))}
					{officer.moved !== null && (
						<p>
							<a href={hrefOf('officer', officer.moved)}>
								<Code text={officer.moved} />
							</a>
						</p>
					)}
					{charge && (officer.state === 'active' || officer.state === 'suspended') && who.value?.officer?.id !== id && <Standing officer={officer} act={act} onDone={changed} />}
				</section>
			)}
			{refused !== null && <Refused answer={refused} />}
			{means !== null && (
				<section class="card stack" data-means>
					<h2 class="card-title">{t('mean.title')}</h2>
					{nothing && <p>{t('mean.none')}</p>}
					{!nothing && (
						<ul class="stack">
							{means.password !== null && (
								<li>
									<Icon name="lock" /> {t('mean.password', { day: day(means.password) })}
								</li>
							)}
							{means.passkeys.map((one) => (
								<li key={one.id}>
									<Icon name="passport" /> {t('mean.passkey', { name: one.name, day: day(one.used) })} {one.suspected !== null && <strong class="bad">{t('mean.suspected')}</strong>}
								</li>
							))}
							{means.tokens.map((one) => (
								<li key={one.id} class="row">
									<span>
										{t('mean.token', { name: one.name, day: day(one.ends) })} <Code text={one.scopes.join(' ')} />
									</span>
									<button type="button" data-end-token={one.id} onClick={() => setEnding({ path: `tokens/${one.id}`, title: t('mean.token.end', { name: one.name }), meaning: t('mean.token.end.meaning') })}>
										{t('okey.end')}
									</button>
								</li>
							))}
							{means.certificates.map((one) => (
								<li key={one.sha256} class="row">
									<span>
										{t('mean.certificate', { day: moment(new Date(one.made)) })} <Code text={`${one.sha256.slice(0, 16)}…`} /> <Code text={one.scopes.join(' ')} />
									</span>
									<button type="button" onClick={() => setEnding({ path: `certificates/${one.sha256}`, title: t('mean.certificate.end'), meaning: t('mean.token.end.meaning') })}>
										{t('okey.end')}
									</button>
								</li>
							))}
						</ul>
					)}
					<Certificate act={act} officer={id} onDone={() => void load()} />
					{!nothing && who.value?.officer?.id !== id && (
						<div class="row row-end">
							<button type="button" id="means-end" onClick={() => setEnding({ path: 'means', title: t('mean.end', { name }), meaning: t('mean.end.meaning') })}>
								{t('mean.end.do')}
							</button>
						</div>
					)}
				</section>
			)}
			{ending !== null && (
				<Reason
					title={ending.title}
					meaning={ending.meaning}
					warning={t('undone')}
					action={t('okey.end')}
					none
					send={() => act<Told>('DELETE', `officers/${encodeURIComponent(id)}/${ending.path}`)}
					onDone={() => {
						setEnding(null);
						say(t('officers.done'));
						void load();
					}}
					onClose={() => setEnding(null)}
				/>
			)}
			{dialog}
		</div>
	);
}
