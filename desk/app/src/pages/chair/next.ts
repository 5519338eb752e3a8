/* The autopilot: what a chair would do next, from what stands on the stage. It proposes; the chair does. Pure. */
import type { Amendment, Draft, Item, Stage } from '../../api/assembly';

export interface Step {
	readonly act: string;
	readonly fields: Readonly<Record<string, unknown>>;
	readonly why: string; /* key of strings: a.next.WHY */
	readonly number?: number; /* of what it is about */
	readonly who?: string; /* office */
}

/* The matter that a draft is decided as is also that of its amendments. */
function ofDraft(draft: Draft): Step {
	const waiting: readonly Amendment[] = (draft.amendments ?? []).filter((one) => one.state === 'moved');
	const furthest = waiting[0];
	return furthest !== undefined
		? { act: 'vote.open', fields: { matter: draft.matter, subject: `amendment:${furthest.number}`, method: 'device' }, why: 'amendment', number: furthest.number, who: furthest.office }
		: { act: 'vote.open', fields: { matter: draft.matter, subject: `draft:${draft.number}`, method: 'device' }, why: 'draft', number: draft.number, who: draft.office };
}

/* `drafts` are those of the open item, whole. Null: it waits for somebody else. */
export function nextStep(stage: Stage, items: readonly Item[], drafts: readonly Draft[]): Step | null {
	if (stage.state === 'closed') return null;
	if (stage.state === 'called') return { act: 'session.open', fields: {}, why: 'open' };
	const { vote } = stage;
	if (vote !== null) {
		const ready = vote.method === 'hands' ? vote.counted === true : vote.method === 'roll-call' ? vote.waiting === 0 : true;
		return ready ? { act: 'vote.close', fields: { vote: vote.number }, why: vote.waiting === 0 ? 'close.all' : 'close', number: vote.number } : null;
	}
	const { secret } = stage;
	if (secret !== null && stage.elections.some((one) => one.session === stage.session && one.vote === secret.number && one.state === 'counted'))
		return { act: 'vote.close', fields: { vote: secret.number }, why: 'close', number: secret.number };
	const motion = stage.motions?.[0];
	if (motion !== undefined)
		return motion.chair_decides
			? { act: 'motion.rule', fields: { motion: motion.number, carried: true }, why: 'rule', number: motion.number, who: motion.code }
			: { act: 'vote.open', fields: { matter: 'procedure', subject: `motion:${motion.number}`, method: 'device' }, why: 'motion', number: motion.number, who: motion.code };
	if (items.some((one) => one.state === 'listed')) return { act: 'agenda.adopt', fields: {}, why: 'agenda' };
	if (stage.item === null) {
		const late = items.find((one) => one.state === 'proposed');
		if (late !== undefined) return { act: 'vote.open', fields: { matter: 'emergency', subject: `item:${late.number}`, method: 'device' }, why: 'emergency', number: late.number, who: late.office };
		const next = items.find((one) => one.state === 'adopted') ?? items.find((one) => one.state === 'deferred');
		return next !== undefined ? { act: 'item.state', fields: { item: next.number, state: 'open' }, why: 'item', number: next.number } : items.length > 0 && secret === null ? { act: 'session.close', fields: {}, why: 'end' } : null;
	}
	const waiting = stage.waiting?.[0];
	if (waiting !== undefined) return { act: 'speak.next', fields: {}, why: 'speaker', who: waiting.code };
	if (stage.speaking != null) return { act: 'speak.stop', fields: {}, why: 'stop', who: stage.speaking.code };
	const draft = drafts.find((one) => one.state === 'draft' && one.complete !== false);
	if (draft !== undefined) return ofDraft(draft);
	return { act: 'item.state', fields: { item: stage.item.number, state: 'done' }, why: 'done', number: stage.item.number };
}
