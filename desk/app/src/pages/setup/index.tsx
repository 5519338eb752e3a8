/* The first start of an empty installation: the code of the console, the name of headquarters, the first administrator, how he
 * signs in, the first list. After that nobody comes here any more. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { known } from '../../api/line';
import { type Texts } from '../../api/admin';
import { api } from '../../api/client';
import { learn } from '../../api/line';
import { type Answer, ask } from '../../api/sign';
import { go } from '../../frame/router';
import { LANGUAGES } from '../../frame/store';
import { language } from '../../frame/store';
import { learnWho, may, who } from '../../frame/who';
import { Choice, Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Refused } from '../../parts/Refused';
import { type Told, useAct } from '../../parts/useAct';
import { LANGUAGE_NAMES, speak, t } from '../../strings';
import { Enrol } from '../enrol/Enrol';
import { Load } from '../lists/Load';

const STEPS = ['code', 'name', 'person', 'means', 'list'] as const;
type Step = (typeof STEPS)[number];

function Way({ step }: { readonly step: Step }): JSX.Element {
	return (
		<ol class="row setup-way" aria-label={t('setup.way')}>
			{STEPS.map((one, index) => (
				<li key={one} aria-current={one === step ? 'step' : undefined} class={`topic ${index < STEPS.indexOf(step) ? 'good' : ''}`}>
					{index < STEPS.indexOf(step) && <Icon name="clear" />}
					{t(`setup.step.${one}`)}
				</li>
			))}
		</ol>
	);
}

export default function SetupPage(): JSX.Element {
	const { act, dialog } = useAct();
	const [step, setStep] = useState<Step>('code');
	const [code, setCode] = useState('');
	const [names, setNames] = useState<Texts>({ ar: '', en: '', fr: '', es: '' });
	const [person, setPerson] = useState({ name: '', login: '' });
	const [enrolment, setEnrolment] = useState('');
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	/* Whoever is signed in already has only the list left. */
	const signed = who.value?.officer !== undefined && who.value.officer !== null && may('lists.load');
	useEffect(() => {
		if (signed && step === 'code') setStep('list');
	}, [signed]);
	const send = async (body: object, then: (answer: Answer<{ names?: Texts; enrolment?: string } & Told>) => void): Promise<void> => {
		setBusy(true);
		setRefused(null);
		const answer = await ask<{ names?: Texts; enrolment?: string }>('POST', 'setup', body);
		setBusy(false);
		if (answer.status === 200 || answer.status === 201) then(answer);
		else setRefused(answer);
	};
	const gone = who.value !== null && who.value.setup !== true && !signed && step === 'code';
	return (
		<div class="page">
			<div>
				<h1 tabIndex={-1}>{t('setup.title')}</h1>
				<p class="small">{t('setup.meaning')}</p>
			</div>
			<Way step={step} />
			{gone && <p class="card">{t('setup.gone')}</p>}
			{refused !== null && <Refused answer={refused} />}
			{step === 'code' && !gone && (
				<form
					class="card stack"
					onSubmit={(event) => {
						event.preventDefault();
						void send({ code: code.trim() }, (answer) => {
							setNames(answer.body.names ?? names);
							setStep('name');
						});
					}}
				>
					<Choice label={t('settings.language')} value={language.value} options={LANGUAGES.map((one) => ({ value: one, text: LANGUAGE_NAMES[one], lang: one }))} onChange={(next) => void speak(next)} />
					<Field label={t('setup.code')} help={t('setup.code.help')}>
						{(ids) => <input {...ids} name="setup-code" class="code" type="text" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck={false} required maxLength={64} value={code} onInput={(event) => setCode(event.currentTarget.value)} />}
					</Field>
					<div class="row row-end">
						<button type="submit" class="button-main" id="setup-code" disabled={busy}>
							{t('setup.on')}
						</button>
					</div>
				</form>
			)}
			{step === 'name' && (
				<form
					class="card stack"
					onSubmit={(event) => {
						event.preventDefault();
						setStep('person');
					}}
				>
					<p>{t('setup.name.meaning')}</p>
					{LANGUAGES.map((one) => (
						<Field key={one} label={LANGUAGE_NAMES[one]}>
							{(ids) => <input {...ids} name={`name-${one}`} type="text" dir="auto" lang={one} autocomplete="off" required maxLength={160} value={names[one]} onInput={(event) => setNames({ ...names, [one]: event.currentTarget.value })} />}
						</Field>
					))}
					<div class="row row-end">
						<button type="submit" class="button-main" id="setup-name">
							{t('setup.on')}
						</button>
					</div>
				</form>
			)}
			{step === 'person' && (
				<form
					class="card stack"
					onSubmit={(event) => {
						event.preventDefault();
						void send({ code: code.trim(), names, administrator: { name: person.name.trim(), login: person.login.trim() } }, (answer) => {
							setEnrolment(answer.body.enrolment ?? '');
							setCode('');
							setStep('means');
							void learnWho();
						});
					}}
				>
					<p>{t('setup.person.meaning')}</p>
					<Field label={t('officers.name')}>{(ids) => <input {...ids} name="person" type="text" dir="auto" autocomplete="name" required maxLength={200} value={person.name} onInput={(event) => setPerson({ ...person, name: event.currentTarget.value })} />}</Field>
					<Field label={t('sign.login')} help={t('officers.login.help')}>
						{(ids) => <input {...ids} name="login" type="text" dir="ltr" class="code" autocomplete="off" autocapitalize="none" spellcheck={false} required maxLength={64} pattern="[a-z][a-z0-9._\-]*" value={person.login} onInput={(event) => setPerson({ ...person, login: event.currentTarget.value })} />}
					</Field>
					<div class="row row-end">
						<button type="button" onClick={() => setStep('name')}>
							{t('back')}
						</button>
						<button type="submit" class="button-main" id="setup-person" disabled={busy}>
							{t('setup.appoint')}
						</button>
					</div>
				</form>
			)}
			{step === 'means' && (
				<Enrol
					given={enrolment}
					known
					onDone={() => {
						setEnrolment('');
						void learnWho().then(() => setStep('list'));
					}}
				/>
			)}
			{step === 'list' && (
				<>
					<p>{t('setup.list.meaning')}</p>
					<Load act={act} onLoaded={() => void api.lists().then((found) => learn(found.lists, found.rules), () => undefined)} />
					<div class="row row-end">
						<button type="button" class="button-main" id="setup-end" onClick={() => go('/')}>
							{t((known.value?.lists.length ?? 0) > 0 ? 'setup.end' : 'setup.later')}
						</button>
					</div>
				</>
			)}
			{dialog}
		</div>
	);
}
