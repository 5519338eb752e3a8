/* Sealed messages, as the service opens them for the own office; forms and their words; files that are attached. */
import { signal } from '@preact/signals';
import { language } from '../frame/store';
import { read, sendBytes } from './client';
import { learnCodes } from './notices';

type Words = Readonly<Record<'ar' | 'en' | 'fr' | 'es', string>>;
export interface Word {
	readonly code: string;
	readonly words: Words;
}
export interface FormField extends Word {
	readonly kind: 'text' | 'long' | 'day' | 'country' | 'number';
	readonly needed: boolean;
}
export interface Form extends Word {
	readonly fields: readonly FormField[];
}
interface Forms {
	readonly urgencies: readonly Word[];
	readonly handling: readonly Word[];
	readonly tlp: readonly Word[];
	readonly sources: readonly Word[];
	readonly information: readonly Word[];
	readonly forms: readonly Form[];
}
export type Vocabulary = Exclude<keyof Forms, 'forms'>;

export interface MessageLine {
	readonly id: string;
	readonly thread: string;
	readonly reply_to: string | null;
	readonly from: string;
	readonly officer: string | null;
	readonly at: string;
	readonly urgency: string;
	readonly files: number;
	readonly bytes: number;
	readonly readers: number;
	readonly unread: boolean;
	readonly sequence: number;
	readonly subject: string | null;
}
export interface Reader {
	readonly office: string;
	readonly stored: string | null;
	readonly read: string | null;
	readonly officer: string | null;
	readonly refused: string | null;
	readonly reason: string | null;
}
export interface Attached {
	readonly name: string;
	readonly type: string;
	readonly size: number;
	readonly digest: string;
	readonly key: string;
}
export interface MessageContent {
	readonly subject: string;
	readonly text?: string;
	readonly reference?: string;
	readonly your_reference?: string;
	readonly handling?: { readonly police?: string; readonly tlp?: string; readonly note?: string };
	readonly grading?: { readonly source?: string; readonly information?: string };
	readonly crime_areas?: readonly string[];
	readonly notice?: string;
	readonly form?: string;
	readonly fields?: Readonly<Record<string, string>>;
	readonly files?: readonly Attached[];
}
export interface Message extends Omit<MessageLine, 'subject'> {
	readonly to: readonly Reader[];
	readonly content: MessageContent | null;
	readonly sealed: string | null;
}

export const forms = signal<Forms | null>(null);
export const boxes = signal<readonly string[]>([]); /* offices that can be sealed to */
let asked: Promise<unknown> | null = null;

export function learnForms(): Promise<unknown> {
	asked ??= Promise.all([read<Forms>('messages/forms').then((found) => (forms.value = found)), learnCodes()]).catch((error: unknown) => {
		asked = null;
		throw error;
	});
	return asked;
}

export const learnBoxes = async (): Promise<void> => {
	boxes.value = (await read<{ boxes: readonly { readonly office: string }[] }>('boxes')).boxes.map((one) => one.office);
};

const said = (list: readonly Word[] | undefined, code: string): string => list?.find((one) => one.code === code)?.words[language.value] ?? code;
export const formWord = (word: Word): string => word.words[language.value];
export const vocabularyWord = (name: Vocabulary, code: string): string => said(forms.value?.[name], code);
export const formOf = (code: string | undefined): Form | undefined => forms.value?.forms.find((one) => one.code === code);

/* Sends a file's bytes to be sealed; what comes back goes into the content. */
export async function attach(file: File): Promise<Attached> {
	const sealed = await sendBytes<{ readonly size: number; readonly digest: string; readonly key: string }>('attachments', file);
	return { name: file.name.replace(/^\.+|[/\\\u0000-\u001f\u007f]/g, '_').slice(0, 60), type: /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : 'application/octet-stream', size: sealed.size, digest: sealed.digest, key: sealed.key };
}
