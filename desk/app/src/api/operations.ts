/* Joint operations, as the service tells them, and the words of their codes. */
import { signal } from '@preact/signals';
import { language } from '../frame/store';
import { read } from './client';
import { learnCodes } from './notices';

type Words = Readonly<Record<'ar' | 'en' | 'fr' | 'es', string>>;
interface OperationCodes {
	readonly state: Readonly<Record<string, Words>>;
	readonly seizure: Readonly<Record<string, Words & { readonly unit: string }>>;
}

const codes = signal<OperationCodes | null>(null);
let asked: Promise<unknown> | null = null;

/* These codes, those of notices, and the offices: a page that shows any waits for it. */
export function learnOperations(): Promise<unknown> {
	asked ??= Promise.all([read<OperationCodes>('operations/codes').then((found) => (codes.value = found)), learnCodes()]).catch((error: unknown) => {
		asked = null;
		throw error;
	});
	return asked;
}

export const stateWord = (state: string): string => codes.value?.state[state]?.[language.value] ?? state;
export const operationStates = (): string[] => Object.keys(codes.value?.state ?? {});
export const seizureWord = (kind: string): string => codes.value?.seizure[kind]?.[language.value] ?? kind;
export const seizureUnit = (kind: string): string => codes.value?.seizure[kind]?.unit ?? 'item';
export const seizureKinds = (): string[] => Object.keys(codes.value?.seizure ?? {});

export interface Seizure {
	readonly kind: string;
	readonly quantity: number;
	readonly unit: string;
}

export const COUNTS = ['arrests', 'victims', 'cells', 'notices'] as const;
export type Counted = Readonly<Record<(typeof COUNTS)[number], number>> & { readonly seizures: readonly Seizure[] };

export interface Total extends Counted {
	readonly countries: number;
}

export interface CountryResult extends Counted {
	readonly office: string;
	readonly text: string | null;
	readonly at: string | null;
}

export interface OperationLine {
	readonly id: string;
	readonly href: string;
	readonly name: string;
	readonly begins: string;
	readonly ends: string | null;
	readonly crime_areas: readonly string[];
	readonly published: boolean;
	/* for lead, participants and headquarters */
	readonly state?: string;
	readonly lead?: string;
	readonly participants?: readonly string[];
	readonly changed?: string;
	readonly version?: number;
	readonly total: Total;
}

export interface Operation extends Omit<OperationLine, 'total'> {
	readonly summary: string | null;
	readonly objectives?: string;
	readonly steps: readonly string[];
	readonly results: {
		readonly total: Total;
		readonly countries?: readonly CountryResult[];
		readonly linked?: readonly { readonly notice: string; readonly office: string }[];
		readonly hits?: readonly { readonly hit: string; readonly office: string }[];
	};
}
