import { trimmed, type BackendRules } from './backend-rules.ts';

const prefix = 'HOST_CONFIGFS_';

/** ACPI tables of an UP board, by the names of their files. */
export const configFsRules: BackendRules = {
	backend: 'configFs',
	title: 'configfs.json',
	isOwn: (name) => name === `${prefix}ssdt`,
	keyOf: (name) => name.slice(prefix.length),
	isList: () => true,
	needsReboot: () => true,
	isRemovable: true,
	wish(_key, items) {
		const names = trimmed(items);
		// They become paths.
		const isFine = names.every((name) => /^[\w-][\w.-]*$/.test(name));
		return isFine ? { items: names } : { refused: 'must be a list of names of ACPI tables' };
	},
};
