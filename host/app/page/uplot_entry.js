// What is bundled of uPlot.
export { default } from "uplot";
