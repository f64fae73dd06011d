package cli

const dynamicHelp = `Dynamic variables start with $ and make their values themselves, each reference
a new one. docs/dynamic.md has examples, arguments, and where each comes from.

Identifiers and numbers
  $uuid $guid $random.uuid
  $randomInt  $randomInt 1 10  $random.integer(1, 10)  $random.float(0, 1)
  $random.alphabetic(8) $random.alphanumeric(8) $random.hexadecimal(8)
  $random.email

Times
  $timestamp  $timestamp -1 d  $isoTimestamp  $date
  $datetime iso8601  $localDatetime "YYYY-MM-DD" 1 M

Surroundings and tokens
  $env.NAME  $processEnv NAME  $dotenv NAME  $projectRoot  $historyFolder
  $auth.token("ID")  $auth.idToken("ID")  $aadV2Token  $oidcAccessToken

Questions (with a default: $input Your name $value: me)
  $prompt $input $password $pick

Made-up data, as in Postman
  $randomUUID
  $randomAlphaNumeric $randomBoolean $randomColor $randomHexColor
  $randomAbbreviation
  $randomIP $randomIPV6 $randomMACAddress $randomPassword $randomLocale
  $randomUserAgent $randomProtocol $randomSemver
  $randomFirstName $randomLastName $randomFullName $randomNamePrefix
  $randomNameSuffix
  $randomJobArea $randomJobDescriptor $randomJobTitle $randomJobType
  $randomPhoneNumber $randomPhoneNumberExt $randomCity $randomStreetName
  $randomStreetAddress $randomCountry $randomCountryCode $randomLatitude
  $randomLongitude
  $randomAvatarImage $randomImageUrl $randomAbstractImage $randomAnimalsImage
  $randomBusinessImage $randomCatsImage $randomCityImage $randomFoodImage
  $randomNightlifeImage $randomFashionImage $randomPeopleImage
  $randomNatureImage $randomSportsImage $randomTransportImage
  $randomImageDataUri
  $randomBankAccount $randomBankAccountName $randomCreditCardMask
  $randomBankAccountBic $randomBankAccountIban $randomTransactionType
  $randomCurrencyCode $randomCurrencyName $randomCurrencySymbol $randomBitcoin
  $randomCompanyName $randomCompanySuffix $randomBs $randomBsAdjective
  $randomBsBuzz $randomBsNoun $randomCatchPhrase $randomCatchPhraseAdjective
  $randomCatchPhraseDescriptor $randomCatchPhraseNoun
  $randomDatabaseColumn $randomDatabaseType $randomDatabaseCollation
  $randomDatabaseEngine
  $randomDateFuture $randomDatePast $randomDateRecent $randomMonth
  $randomWeekday
  $randomDomainName $randomDomainSuffix $randomDomainWord $randomEmail
  $randomExampleEmail $randomUserName $randomUrl
  $randomFileName $randomFileType $randomFileExt $randomCommonFileName
  $randomCommonFileType $randomCommonFileExt $randomFilePath
  $randomDirectoryPath $randomMimeType
  $randomPrice $randomProduct $randomProductAdjective $randomProductMaterial
  $randomProductName $randomDepartment
  $randomNoun $randomVerb $randomIngverb $randomAdjective $randomWord
  $randomWords $randomPhrase
  $randomLoremWord $randomLoremWords $randomLoremSentence $randomLoremSentences
  $randomLoremParagraph $randomLoremParagraphs $randomLoremText $randomLoremSlug
  $randomLoremLines

Made-up data, as in JetBrains IDEs: $random.GROUP.NAME, some with arguments
  address      streetName streetAddressNumber streetAddress secondaryAddress
               zipCode postcode streetSuffix streetPrefix citySuffix cityPrefix
               city cityName state stateAbbr firstName lastName latitude
               longitude timeZone country countryCode buildingNumber fullAddress
  beer         name style hop yeast malt
  bool         bool
  business     creditCardNumber creditCardType creditCardExpiry
  ChuckNorris  fact
  code         isbnGs1 isbnGroup isbnRegistrant isbn10 isbn13 asin imei ean8
               gtin8 ean13 gtin13
  color        name hex
  commerce     color department productName material price promotionCode
  company      name suffix industry profession buzzword catchPhrase bs logo url
  crypto       md5 sha1 sha256 sha512
  educator     university course secondarySchool campus
  finance      creditCard bic iban
  hacker       abbreviation adjective noun verb ingverb
  idNumber     valid invalid ssnValid validSvSeSsn invalidSvSeSsn
  internet     emailAddress safeEmailAddress domainName domainWord domainSuffix
               url avatar image password macAddress ipV4Address
               privateIpV4Address publicIpV4Address ipV4Cidr ipV6Address
               ipV6Cidr slug uuid userAgent userAgentAny
  lorem        character characters word words sentence sentences paragraph
               paragraphs fixedString
  name         name nameWithMiddle fullName firstName lastName prefix suffix
               title username bloodGroup
  number       randomDigit randomDigitNotZero numberBetween randomNumber
               randomDouble digits digit
  phoneNumber  cellPhone phoneNumber extension subscriberNumber
  shakespeare  hamletQuote asYouLikeItQuote kingRichardIIIQuote
               romeoAndJulietQuote
  superhero    name prefix suffix power descriptor
  team         name creature state sport
  university   name prefix suffix

A run that made random values and did not pass tells its seed. --seed N makes
the same values again, whatever --jobs is and whichever requests are selected.
`
