document.getElementById("state").textContent = "loading";
