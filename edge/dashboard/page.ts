export const dashboardPage: string = '<!doctype html><title>nearest-relay</title><h1>nearest-relay</h1>';
