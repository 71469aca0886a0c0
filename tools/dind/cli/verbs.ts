import type { Tools } from '../actions/tools.ts';
import { toDindNames } from '../commands/names.ts';
import type { Verbs } from './program.ts';

/**
 * The verbs on this computer. Each loads its code when it is asked for, so that `--help` stays quick.
 */
export function createVerbs(basis: Pick<Tools, 'root' | 'signal'>): Verbs {
	const tools = async () => (await import('../actions/create-tools.ts')).createTools(basis);
	return {
		run: async (options) => {
			const { run } = await import('../actions/run.ts');
			return await run(await tools(), options, { rebuild: false });
		},
		buildrun: async (options) => {
			const { run } = await import('../actions/run.ts');
			return await run(await tools(), options, { rebuild: true });
		},
		build: async (options) => {
			const { build } = await import('../actions/build.ts');
			return await build(await tools(), options);
		},
		refresh: async (options) => {
			const { refresh } = await import('../actions/refresh.ts');
			return await refresh(await tools(), toDindNames(options.name), options);
		},
		logs: async (journalArgs, { name }) => {
			const { logs } = await import('../actions/terminal.ts');
			return await logs(await tools(), toDindNames(name), journalArgs);
		},
		shell: async (command, { name }) => {
			const { shell } = await import('../actions/terminal.ts');
			return await shell(await tools(), toDindNames(name), command);
		},
		status: async (options) => {
			const { printStatus } = await import('../actions/status.ts');
			return await printStatus(await tools(), toDindNames(options.name), options);
		},
		push: async (dir, options) => {
			const { push } = await import('../actions/push.ts');
			return await push(await tools(), toDindNames(options.name), { ...options, dir });
		},
		api: async (request, { name }) => {
			const { callApi } = await import('../actions/api.ts');
			return await callApi(await tools(), toDindNames(name), request);
		},
		stop: async ({ name, clean }) => {
			const { stopAndTell } = await import('../actions/stop.ts');
			return await stopAndTell(await tools(), toDindNames(name), { clean });
		},
	};
}
