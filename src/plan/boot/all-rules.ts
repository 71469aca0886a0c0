import type { BootBackend } from '../../model/boot-config.ts';
import type { BackendRules } from './backend-rules.ts';
import { configFsRules } from './config-fs-rules.ts';
import { configTxtRules } from './config-txt-rules.ts';
import { extlinuxRules, extraUEnvRules } from './linux-rules.ts';
import { odmdataRules } from './odmdata-rules.ts';
import { powerAndFanRules } from './power-and-fan-rules.ts';
import { splashRules } from './splash-rules.ts';

/** The rules of every backend. */
export const backendRules: Readonly<Record<BootBackend, BackendRules>> = {
	powerAndFan: powerAndFanRules,
	configTxt: configTxtRules,
	extraUEnv: extraUEnvRules,
	extlinux: extlinuxRules,
	odmdata: odmdataRules,
	configFs: configFsRules,
	splash: splashRules,
};
