export type Theme = 'light' | 'dark';

const name = 'holdfast-theme';

/** What the person chose, else what the system wants. */
export function chosenTheme(): Theme {
	const kept = localStorage.getItem(name);
	if (kept === 'light' || kept === 'dark') return kept;
	return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function applyTheme(theme: Theme): void {
	document.documentElement.dataset.theme = theme;
}

export function keepTheme(theme: Theme): void {
	localStorage.setItem(name, theme);
	applyTheme(theme);
}
