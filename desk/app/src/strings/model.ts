/* What lists say is told in the words of the FollowTheMoney model; these are its words in the language of the page. A
 * property that has no word here is shown by its own name. */
import { signal } from '@preact/signals';

export interface ModelWords {
	readonly schemata: Readonly<Record<string, string>>;
	readonly topics: Readonly<Record<string, string>>;
	readonly properties: Readonly<Record<string, string>>;
}

export const words = signal<ModelWords>({ schemata: {}, topics: {}, properties: {} });

export const schemaWord = (schema: string): string => words.value.schemata[schema] ?? schema;
export const topicWord = (topic: string): string => words.value.topics[topic] ?? topic;
export const propertyWord = (property: string): string => words.value.properties[property] ?? property;

/* The properties that an officer asks for first, in their order. */
export const IN_FRONT: readonly string[] = [
	'topics', 'name', 'alias', 'weakAlias', 'previousName', 'firstName', 'middleName', 'lastName', 'gender', 'birthDate', 'birthPlace', 'birthCountry', 'nationality', 'citizenship',
	'country', 'passportNumber', 'idNumber', 'imoNumber', 'registrationNumber', 'position', 'address', 'program', 'reason', 'notes',
];
