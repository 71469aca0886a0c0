import { oneValue, type BackendRules } from './backend-rules.ts';

const prefix = 'HOST_ODMDATA_';

/** How the lanes of a Jetson TX2 are divided; its boot block always says one of six. */
export const odmdataRules: BackendRules = {
	backend: 'odmdata',
	title: 'ODMDATA',
	isOwn: (name) => name === `${prefix}configuration`,
	keyOf: (name) => name.slice(prefix.length),
	isList: () => false,
	needsReboot: () => true,
	isRemovable: false,
	wish: (_key, items) => oneValue(items, /^[1-6]$/, 'a number from 1 to 6'),
};
