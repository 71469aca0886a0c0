import { createTools } from '../actions/create-tools.ts';
import type { Tools } from '../actions/tools.ts';
import { toDindNames } from '../commands/names.ts';
import type { Verbs } from './program.ts';

/**
 * The verbs on this computer. Each loads its code when it is asked for, so that `--help` stays quick.
 */
export function createVerbs({ root }: Pick<Tools, 'root'>): Verbs {
	const tools = () => createTools(root);
	return {
		run: async (options) => {
			const { run } = await import('../actions/run.ts');
			return await run(tools(), options, { rebuild: false });
		},
		buildrun: async (options) => {
			const { run } = await import('../actions/run.ts');
			return await run(tools(), options, { rebuild: true });
		},
		build: async (options) => {
			const { build } = await import('../actions/build.ts');
			return await build(tools(), options);
		},
		refresh: async (options) => {
			const { refresh } = await import('../actions/refresh.ts');
			return await refresh(tools(), toDindNames(options.name), options);
		},
		logs: async (journalArgs, { name }) => {
			const { logs } = await import('../actions/terminal.ts');
			return await logs(tools(), toDindNames(name), journalArgs);
		},
		shell: async (command, { name }) => {
			const { shell } = await import('../actions/terminal.ts');
			return await shell(tools(), toDindNames(name), command);
		},
		status: async (options) => {
			const { printStatus } = await import('../actions/status.ts');
			return await printStatus(tools(), toDindNames(options.name), options);
		},
		push: async (dir, options) => {
			const { push } = await import('../actions/push.ts');
			return await push(tools(), toDindNames(options.name), { ...options, dir });
		},
		api: async (request, { name }) => {
			const { callApi } = await import('../actions/api.ts');
			return await callApi(tools(), toDindNames(name), request);
		},
		stop: async ({ name, clean }) => {
			const { stopAndTell } = await import('../actions/stop.ts');
			return await stopAndTell(tools(), toDindNames(name), { clean });
		},
	};
}
