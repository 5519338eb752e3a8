/* The officers of the own office, for headquarters of every office: appointing, roles, enrolment codes, ending. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Officer } from '../../api/admin';
import { learnCodes, officeName, readAll } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { may, ownOffice } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Field, Switch } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import { type Key, t } from '../../strings';
import { OfficeChoice, Roles, stateOf } from '../officer/Parts';

const AT_ONCE = 100;

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function Appoint({ act, onDone, onClose }: { readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [office, setOffice] = useState(ownOffice());
	const [name, setName] = useState('');
	const [login, setLogin] = useState('');
	const [email, setEmail] = useState('');
	const [roles, setRoles] = useState<readonly string[]>([]);
	const [fault, setFault] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		setFault(roles.length === 0);
		if (roles.length === 0) return;
		const draft = { office, name: name.trim(), login: login.trim(), roles, ...(email.trim() !== '' ? { email: email.trim() } : {}) };
		const answer = await act<Told>('POST', 'officers', draft, { 'Idempotency-Key': crypto.randomUUID() });
		if (answer.status === 201) onDone();
		else setRefused(answer);
	};
	return (
		<Dialog title={t('officers.appoint')} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{ownOffice() === 'GS' && <OfficeChoice label={t('officers.office')} value={office} onChange={setOffice} />}
				<Field label={t('officers.name')}>{(ids) => <input {...ids} name="officer-name" type="text" dir="auto" autocomplete="off" required maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} />}</Field>
				<Field label={t('sign.login')} help={t('officers.login.help')}>
					{(ids) => <input {...ids} name="officer-login" type="text" dir="ltr" class="code" autocomplete="off" autocapitalize="none" spellcheck={false} required maxLength={64} pattern="[a-z][a-z0-9._\-]*" value={login} onInput={(event) => setLogin(event.currentTarget.value)} />}
				</Field>
				<Field label={t('officers.email')}>{(ids) => <input {...ids} type="email" dir="ltr" autocomplete="off" maxLength={200} value={email} onInput={(event) => setEmail(event.currentTarget.value)} />}</Field>
				<Roles value={roles} onChange={setRoles} fault={fault} />
				<FormEnd refused={refused} id="officer-appoint" disabled={false} onClose={onClose}>
						{t('officers.appoint')}
				</FormEnd>
			</form>
		</Dialog>
	);
}

function Change({ officer, act, onDone, onClose }: { readonly officer: Officer; readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [roles, setRoles] = useState(officer.roles);
	const [fault, setFault] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const match = { 'If-Match': `"${officer.version}"` };
	const took = (answer: Answer<Told>): void => (answer.status === 200 ? onDone() : setRefused(answer));
	return (
		<Dialog title={t('officers.of', { name: officer.name ?? officer.id })} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					setFault(roles.length === 0);
					if (roles.length > 0) void act<Told>('PUT', `officers/${officer.id}/roles`, { roles }, match).then(took);
				}}
			>
				<Roles value={roles} onChange={setRoles} fault={fault} />
				<div class="row row-end">
					<button type="submit" class="button-main">
						{t('officers.save')}
					</button>
				</div>
			</form>
			{refused !== null && <Refused answer={refused} />}
			<p class="officer-more">
				<a href={hrefOf('officer', officer.id)}>{t('officers.more')}</a>
			</p>
		</Dialog>
	);
}

export default function OfficersPage(): JSX.Element {
	const { act, dialog } = useAct();
	const [found, setFound] = useState<readonly Officer[] | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [sought, setSought] = useState('');
	const [all, setAll] = useState(false);
	const [most, setMost] = useState(AT_ONCE);
	const [open, setOpen] = useState<Officer | 'new' | null>(null);
	const [code, setCode] = useState<{ readonly officer: Officer; readonly code: string } | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const load = (): void => void Promise.all([readAll<Officer>('officers', 'officers'), learnCodes()]).then(([officers]) => setFound(officers), setFailed);
	useEffect(load, []);
	const done = (): void => {
		setOpen(null);
		say(t('officers.done'));
		load();
	};
	const invite = async (officer: Officer): Promise<void> => {
		setRefused(null);
		const answer = await act<{ enrolment: string } & Told>('POST', `officers/${officer.id}/enrolment`, {}, { 'Idempotency-Key': crypto.randomUUID() });
		if (answer.status === 201) setCode({ officer, code: answer.body.enrolment });
		else setRefused(answer);
	};
	const words = fold(sought.trim());
	const shown = (found ?? []).filter((one) => (all || one.state === 'active' || one.state === 'suspended') && (words === '' || fold(`${one.name ?? ''} ${one.id} ${one.login ?? ''} ${officeName(one.office)}`).includes(words)));
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.officers')}</h1>
					<p class="small">{t('officers.meaning')}</p>
				</div>
				{may('officers.change') && (
					<button type="button" class="button-main" id="officer-new" onClick={() => setOpen('new')}>
						<Icon name="people" />
						{t('officers.appoint')}
					</button>
				)}
			</div>
			{failed !== null && <Trouble error={failed} />}
			{refused !== null && <Refused answer={refused} />}
			<search class="notices-ask">
				<label class="notices-words">
					<span class="unseen">{t('officers.find')}</span>
					<Icon name="search" />
					<input type="search" dir="auto" autocomplete="off" placeholder={t('officers.find')} value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
				</label>
				<Switch label={t('officers.all')} on={all} onChange={setAll} />
			</search>
			{found === null && failed === null && <p role="status">{t('loading')}</p>}
			{found !== null && (
				<section class="card">
					<p role="status">{shown.length === 0 ? t('officers.none') : t('officers.count', { count: shown.length })}</p>
					<div class="scroll" tabIndex={0} role="region" aria-label={t('nav.officers')}>
						<table class="table">
							<caption class="unseen">{t('nav.officers')}</caption>
							<thead>
								<tr>
									<th scope="col">{t('officers.name')}</th>
									<th scope="col">{t('officers.office')}</th>
									<th scope="col">{t('officers.roles')}</th>
									<th scope="col">{t('sign.login')}</th>
									<th scope="col">{t('officers.state')}</th>
								</tr>
							</thead>
							<tbody>
								{shown.slice(0, most).map((one) => (
									<tr key={one.id}>
										<td>
											<a href={hrefOf('officer', one.id)} dir="auto">
												<Name text={one.name ?? one.id} />
											</a>{' '}
											<small>
												<Code text={one.id} />
											</small>
										</td>
										<td>
											<Name text={officeName(one.office)} />
										</td>
										<td>{one.roles.map((role) => t(`role.${role}` as Key)).join(' · ')}</td>
										<td>{one.login !== null && <Code text={one.login} />}</td>
										<td>
											{one.state !== 'active' ? (
												stateOf(one)
											) : may('officers.change') ? (
												<span class="row">
													<button type="button" data-change={one.id} onClick={() => setOpen(one)}>
														{t('officers.change')}
													</button>
													<button type="button" data-invite={one.id} class="button-quiet" onClick={() => void invite(one)}>
														{t('officers.invite')}
													</button>
												</span>
											) : (
												t('officers.active')
											)}
										</td>
									</tr>
								))}
							</tbody>
						</table>
					</div>
					{shown.length > most && (
						<button type="button" class="button-quiet" onClick={() => setMost(shown.length)}>
							{t('more', { count: shown.length - most })}
						</button>
					)}
				</section>
			)}
			{open === 'new' && <Appoint act={act} onDone={done} onClose={() => setOpen(null)} />}
			{open !== null && open !== 'new' && <Change officer={open} act={act} onDone={done} onClose={() => setOpen(null)} />}
			{code !== null && (
				<Dialog title={t('officers.invited', { name: code.officer.name ?? code.officer.id })} onClose={() => setCode(null)}>
					<p>{t('officers.invited.help')}</p>
					<p>
						<Code text={`${location.origin}/desk/enrol`} />
					</p>
					<p class="officer-code">
						<Code text={code.code} />
					</p>
				</Dialog>
			)}
			{dialog}
		</div>
	);
}
