import type { BootBackend, BootValues } from '../../model/boot-config.ts';

/** What a variable asks of its backend: the items as the backend would show them, none for absent; or why it cannot be. */
export type BootWish = { readonly items: readonly string[] } | { readonly refused: string };

/** What a backend makes of its variables. Pure. */
export interface BackendRules {
	readonly backend: BootBackend;
	/** What people call it: `config.txt`. */
	readonly title: string;
	/** @param name - without prefix: `HOST_CONFIG_gpu_mem` */
	readonly isOwn: (name: string) => boolean;
	/** The variable's name as the backend has it: `gpu_mem`. */
	readonly keyOf: (name: string) => string;
	/** The key holds a list. */
	readonly isList: (key: string) => boolean;
	/** A change of the key takes effect with the next boot only. */
	readonly needsReboot: (key: string) => boolean;
	/** A value that no variable asks for any more can be taken away. */
	readonly isRemovable: boolean;
	readonly wish: (key: string, items: readonly string[]) => BootWish;
	/** What a device of this type cannot do without, beside what is wanted; absent: nothing. */
	readonly required?: (deviceType: string, wanted: BootValues, seen: BootValues) => BootValues;
}

/** Items without blanks at their ends; empty ones are left out. */
export function trimmed(items: readonly string[]): string[] {
	return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** A wish for one value of this form; an empty one is for none. */
export function oneValue(items: readonly string[], form: RegExp, what: string): BootWish {
	const values = trimmed(items);
	const [value] = values;
	if (value === undefined) return { items: [] };
	if (values.length > 1 || !form.test(value)) return { refused: `must be ${what}` };
	return { items: [value] };
}
