/* The budget, contributions and what else has a life of steps, as the service tells it; sums of money are texts with two
 * decimals, and are added as whole cents. */
import { useEffect, useState } from 'preact/hooks';
import { may } from '../frame/who';
import type { FieldSpec } from '../pages/assembly/Form';
import { money } from '../strings/format';
import type { Texts } from './assembly';
import { read } from './client';

export interface AffairStep {
	readonly step: string;
	readonly fields: readonly FieldSpec[];
}

let asked: Promise<readonly { readonly name: string; readonly steps: readonly AffairStep[] }[]> | null = null;

function learnSteps(name: string): Promise<readonly AffairStep[]> {
	asked ??= read<{ affairs: { name: string; steps: AffairStep[] }[] }>('affairs').then(
		(found) => found.affairs,
		(error: unknown) => {
			asked = null;
			throw error;
		},
	);
	return asked.then((affairs) => affairs.find((one) => one.name === name)?.steps ?? []);
}

/* Of the steps that the service says may be taken, what their forms ask. */
export function useSteps(name: string, mayTake: readonly string[]): readonly AffairStep[] {
	const [steps, setSteps] = useState<readonly AffairStep[]>([]);
	useEffect(() => {
		if (may('assembly.read')) learnSteps(name).then(setSteps, () => undefined);
	}, [name, may('assembly.read')]);
	return steps.filter((one) => mayTake.includes(one.step));
}

const cents = (text: string): number => Math.round(Number(text) * 100);
export const value = (text: string): number => cents(text) / 100;
export const sum = (texts: readonly string[]): string => money(texts.reduce((all, one) => all + cents(one), 0) / 100);

export interface BudgetLine {
	readonly year: number;
	readonly state: string;
	readonly provisional: boolean;
	readonly decision: string | null;
	readonly currency: string;
	readonly expenditure: string;
	readonly version: number;
}

interface Chapter {
	readonly number: number;
	readonly title: Texts;
	readonly amount: string;
}

export interface Budget extends Omit<BudgetLine, 'currency'> {
	readonly basis: number | null;
	readonly session: number | null;
	readonly draft: number | null;
	readonly income: string;
	readonly statutory: string;
	readonly balanced: boolean;
	readonly content: {
		readonly chapters: readonly Chapter[];
		readonly activities: readonly (Chapter & { readonly chapter: number; readonly objective?: Texts; readonly indicator: string })[];
		readonly income: readonly { readonly kind: string; readonly title: Texts; readonly amount: string }[];
		readonly scale: { readonly scale: readonly { readonly code: string; readonly weight: number }[]; readonly least_ppm?: number; readonly most_ppm?: number };
	};
	readonly digest: string | null;
	readonly may?: readonly string[]; /* steps that may be taken */
	readonly reason: string | null;
	readonly approval: { readonly day?: string; readonly procedure?: string; readonly yes?: readonly string[]; readonly no?: readonly string[]; readonly abstain?: readonly string[] } | null;
	readonly submitted: string | null;
	readonly decided: string | null;
	readonly execution: readonly { readonly chapter: number; readonly voted: string; readonly moved_in: string; readonly moved_out: string; readonly spent: string; readonly open: string }[];
	readonly received: readonly { readonly line: number; readonly kind: string; readonly foreseen: string; readonly received: string }[];
}

interface Beside {
	readonly amount: string;
	readonly before: string;
	readonly difference: string;
	readonly growth: string | null;
}

export interface Compared {
	readonly beside: number | null;
	readonly chapters: readonly (Beside & { readonly chapter: number; readonly title: Texts })[];
	readonly income: readonly (Beside & { readonly kind: string })[];
}

export interface Contributions {
	readonly beside: number | null;
	readonly total: string;
	readonly contributions: readonly (Partial<Beside> & { readonly code: string; readonly weight: number; readonly amount: string })[];
}

export interface Activity {
	readonly chapter: number;
	readonly number: number;
	readonly title: Texts;
	readonly amount: string;
	readonly spent: string;
	readonly objective: Texts | null;
	readonly indicator: string | null;
	readonly state: string;
	readonly report: string | null;
}

export interface Posting {
	readonly number: number;
	readonly kind: 'spend' | 'receive';
	readonly chapter?: number;
	readonly line?: number;
	readonly activity: number | null;
	readonly amount: string;
	readonly day: string;
	readonly reference: string | null;
	readonly text: string;
	readonly reversed: string | null;
}

export interface Transfer {
	readonly from: number;
	readonly to: number;
	readonly amount: string;
	readonly committee: boolean;
	readonly text: string;
	readonly at: string;
}

export interface Account {
	readonly code: string;
	readonly state: string;
	readonly called: string;
	readonly paid: string;
	readonly unpaid_before: string;
	readonly unpaid: string;
	readonly ahead: string;
	readonly in_arrears: boolean;
}

export interface WholeAccount extends Account {
	readonly may?: readonly string[]; /* steps that may be taken */
	readonly day: string;
	readonly version: number;
	readonly years: readonly { readonly year: number; readonly amount: string; readonly due: string; readonly unpaid: string }[];
	readonly payments?: readonly { readonly number: number; readonly amount: string; readonly day: string; readonly reference: string | null; readonly text: string | null; readonly reversed: string | null }[];
	readonly noted?: string | null;
	readonly text?: string | null; /* what the member was told */
	readonly appeal?: { readonly text?: string; readonly fact?: string; readonly made?: { readonly day?: string } } | null;
	readonly decision?: { readonly text?: string; readonly day?: string } | null;
}
