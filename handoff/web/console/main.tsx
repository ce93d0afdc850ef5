import { render } from "preact";
import "./console.css";
import { App } from "./App";

render(<App />, document.getElementById("console")!);
