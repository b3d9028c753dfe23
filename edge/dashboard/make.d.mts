export function dashboardHtml(): Promise<string>;
export function pageModule(html: string): string;
